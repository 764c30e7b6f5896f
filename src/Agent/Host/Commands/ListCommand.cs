using Towncrier.Agent;
using Towncrier.Agent.Disk;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Looking;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier ls DIR</c>: the entries that fit every filter, one a line.</summary>
internal static class ListCommand
{
    public static ExitCode Run(
        string directory, KeyTemplate template, EntryQuery query, bool json, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        var cache = new LocalCache(directory, template);
        var filter = EntryFilter.Compile(query, cache.Index, [], out var problem);
        if (problem is not null)
        {
            error.WriteLine("towncrier: " + problem);
            return ExitCode.Usage;
        }

        var tally = cache.Scan(error, stop);
        filter = EntryFilter.Compile(query, cache.Index, [], out _); // again, now that the hosts are known
        var reader = new HeadReader(TagHeaders.Default);
        using var levels = new LevelCursor(cache.Root);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var shown = 0;
        foreach (var entry in filter.Find(cache.Index).OrderBy(e => e.Name.Value))
        {
            if (EntryDetails.Read(cache, entry, reader, levels, now) is not { } details) continue;
            shown++;
            output.WriteLine(json ? Json.Line(details) : Text(details));
        }

        if (Unread.Tell(tally, error)) return ExitCode.PartlyFailed;
        return shown > 0 ? ExitCode.Done : ExitCode.NothingMatched;
    }

    private static string Text(EntryDetails e)
        => OneLine.Of($"{e.State,-5} {e.Status} {e.Bytes,10} {e.ValidUntil} {e.Key}{(e.Tags.Count > 0 ? "  [" + string.Join(' ', e.Tags) + "]" : "")}{(e.Vary is null ? "" : $"  (varies on {e.Vary})")}");
}
