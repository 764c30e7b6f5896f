using System.Text;
using Towncrier.Agent;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Looking;
using Towncrier.Linux;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier inspect FILE|URL</c>: everything in one header, readable.</summary>
internal static class InspectCommand
{
    public static ExitCode Run(
        string what, string? directory, KeyTemplate template, bool json, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        if (Path.Exists(what) && !Directory.Exists(what)) return Show(Path.GetFullPath(what), template, json, output, error, clock) ? ExitCode.Done : ExitCode.NothingMatched;
        if (directory is null)
        {
            error.WriteLine($"towncrier: there is no file {what}; to look a URL up, name its cache directory with --cache");
            return ExitCode.Usage;
        }

        var cache = new LocalCache(directory, template);
        cache.Scan(error, stop);
        var query = new EntryQuery(null, what, null, null, null, null, int.MaxValue);
        var filter = EntryFilter.Compile(query, cache.Index, [], out var problem);
        if (problem is not null)
        {
            error.WriteLine($"towncrier: {OneLine.Of(what)}: {problem}");
            return ExitCode.Usage;
        }

        var found = filter.Find(cache.Index).ToArray();
        var shown = found.Count(entry => Show(cache.Root.PathOf(entry.Name, entry.Levels), template, json, output, error, clock));
        if (shown == 0) error.WriteLine($"towncrier: {what} is not in {cache.Root.Path}");
        return shown > 0 ? ExitCode.Done : ExitCode.NothingMatched;
    }

    private static bool Show(string path, KeyTemplate template, bool json, TextWriter output, TextWriter error, TimeProvider clock)
    {
        var errno = DirectoryHandle.TryOpen(Path.GetDirectoryName(path)!, out var directory);
        if (errno == Errno.None)
        {
            using (directory)
            {
                errno = directory!.TryOpenFile(Encoding.UTF8.GetBytes(Path.GetFileName(path) + "\0"), writable: false, out var file);
                if (errno == Errno.None)
                {
                    using (file) return Show(path, file, template, json, output, error, clock);
                }
            }
        }

        var result = new ReadResult(HeadProblem.None, errno);
        if (result.Reason == SkipReason.Unreadable) throw new LinuxException("open", path, errno);
        return Refuse(path, result, error);
    }

    private static bool Show(string path, OpenFile file, KeyTemplate template, bool json, TextWriter output, TextWriter error, TimeProvider clock)
    {
        var reader = new HeadReader(TagHeaders.Default);
        var read = reader.ReadHead(file, knownRegular: false, out var head, out var length);
        if (!read.IsEntry) return Refuse(path, read, error);

        _ = EntryName.TryParse(Encoding.ASCII.GetBytes(Path.GetFileName(path)), out var name);
        var facts = reader.FactsOf(head, name, default, length);
        var details = EntryDetails.Of(path, template, head, facts, clock.GetUtcNow().ToUnixTimeSeconds());
        var report = HeadReport.Of(details, head, reader.ResponseOf(head));
        output.WriteLine(json ? Json.Line(report) : Text(report));
        return true;
    }

    private static bool Refuse(string path, ReadResult read, TextWriter error)
    {
        error.WriteLine($"towncrier: {path} is no cache entry: {SkipReasons.Name(read.Reason)}");
        return false;
    }

    private static string Text(HeadReport report)
    {
        var text = new StringBuilder();
        foreach (var member in System.Text.Json.JsonSerializer.SerializeToNode(report, Json.Options)!.AsObject())
        {
            if (member.Value is System.Text.Json.Nodes.JsonArray list && member.Key == "headers")
                foreach (var item in list) text.AppendLine(OneLine.Of($"{"",-18}{item}"));
            else
                text.AppendLine(OneLine.Of($"{member.Key.Replace('_', ' '),-18}{(member.Value is System.Text.Json.Nodes.JsonArray tags ? string.Join(' ', tags) : member.Value?.ToString() ?? "-")}"));
        }

        return text.ToString();
    }
}
