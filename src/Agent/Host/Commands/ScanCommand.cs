using Towncrier.Agent.Disk;
using Towncrier.Agent.Nginx;
using Towncrier.Host.Looking;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier scan DIR</c>: what is in a cache directory, and what in it is no cache entry and why.</summary>
internal static class ScanCommand
{
    public static ExitCode Run(string directory, KeyTemplate template, bool json, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        var cache = new LocalCache(directory, template);
        var began = clock.GetTimestamp();
        var tally = cache.Scan(error, stop);
        var seconds = clock.GetElapsedTime(began).TotalSeconds;
        var skipped = tally.Skipped.ToDictionary(s => SkipReasons.Name(s.Reason), s => s.Count);
        if (json)
        {
            output.WriteLine(Json.Line(new
            {
                tally.Entries,
                tally.Files,
                tally.Bytes,
                tally.Variants,
                Temp = tally.Temporary,
                Skipped = skipped,
                Seconds = seconds,
                tally.Directories,
                cache.UnparsedKeys,
            }));
        }
        else
        {
            output.WriteLine($"{tally.Entries} entries ({tally.Variants} of them vary), {tally.Bytes} bytes, in {tally.Directories} directories, read in {seconds:0.00} s");
            output.WriteLine($"{tally.Files} files in all, {tally.Temporary} of them being written by nginx just now");
            foreach (var (reason, count) in skipped) output.WriteLine($"skipped {count}: {reason}");
            if (cache.UnparsedKeys > 0) output.WriteLine($"{cache.UnparsedKeys} keys do not fit the key template: no URL is known for them");
        }

        return Unread.Tell(tally, error) ? ExitCode.PartlyFailed : ExitCode.Done;
    }
}
