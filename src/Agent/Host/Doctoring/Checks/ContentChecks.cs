using System.Globalization;

namespace Towncrier.Host.Doctoring.Checks;

/// <summary>What lies in the directories?</summary>
internal static class ContentChecks
{
    // nginx's loader reads about 2,000 files a second by default: below this it is done before anyone wonders.
    private const double LongLoad = 60;

    public static IEnumerable<Finding> All(DoctorCase doctor)
    {
        foreach (var cache in doctor.Caches)
        {
            var survey = cache.Survey;
            if (survey.Foreign.Count > 0)
                yield return Of("content.foreign", Severity.Warning, $"{survey.Foreign.Count} files are not nginx's ({survey.Foreign.Examples}): nginx's loader deletes them after its next start. The agent leaves them alone", "Keep them elsewhere");
            if (survey.Misplaced.Count > 0)
                yield return Of("content.misplaced", Severity.Warning, $"{survey.Misplaced.Count} files do not lie where the levels put them ({survey.Misplaced.Examples}): nginx never serves them, they are left from other levels", "Stop nginx, delete the cache's content, start nginx");
            if (survey.OtherVersion.Count > 0)
                yield return Of("content.version", Severity.Warning, $"{survey.OtherVersion.Count} of the files looked at were written by another nginx version or word size ({survey.OtherVersion.Examples}): this one does not serve them, and the agent skips them", "Nothing to do if nginx was upgraded: it replaces them as pages are asked for");
            if (survey.Http2.Count > 0)
                yield return Of("content.http2", Severity.Warning, $"{survey.Http2.Count} of the files looked at hold their head as HTTP/2 frames ({survey.Http2.Examples}): tags may not be readable", "Set proxy_http_version 1.1; to purge by tag");
            if (cache.Zones.Count > 0 && survey.Files / cache.Zones[0].LoaderRate is > LongLoad and var seconds)
                yield return Of("loader.slow", Severity.Info, string.Create(CultureInfo.InvariantCulture, $"with {survey.Files}{(survey.IsPartial ? " or more" : "")} files nginx's loader takes about {seconds / 60:0.#} minutes after each start; until then max_size is not held"), "Raise loader_files, for example loader_files=1000");

            Finding Of(string id, Severity severity, string what, string remedy) => new(id, severity, $"{cache.Path}: {what}", cache.Where, remedy);
        }

        if (doctor.Caches.Any(c => c.Zones.Count > 0))
            yield return new Finding("loader.start", Severity.Info, "in the first 60 s after nginx starts, and until its loader has read the cache, it takes up files it did not write itself; purging works throughout", doctor.Caches.First(c => c.Zones.Count > 0).Where, "Nothing to do; never restore a cache directory from a backup that is older than a purge");
    }
}
