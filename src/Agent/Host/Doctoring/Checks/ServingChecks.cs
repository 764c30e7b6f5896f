namespace Towncrier.Host.Doctoring.Checks;

/// <summary>What do nginx and the origin do after a purge?</summary>
internal static class ServingChecks
{
    public static IEnumerable<Finding> All(DoctorCase doctor)
    {
        foreach (var (place, zone) in doctor.Places)
        {
            var (where, kind) = (place.Pass.Where, place.Kind);
            var serveStale = place.Own("cache_use_stale")?.Args.Contains("updating") == true;
            if (!serveStale)
                yield return new Finding("soft.no-updating", Severity.Warning, $"{kind}_cache_use_stale does not say 'updating': after a soft purge nginx sends every waiting client to the origin, except where the file itself has a stale-while-revalidate window (the agent writes one of 60 s unless told otherwise)", where, $"Set {kind}_cache_use_stale updating error timeout; and {kind}_cache_background_update on;");
            if (!place.IsOn("cache_background_update"))
                yield return new Finding("soft.no-background", Severity.Warning, $"{kind}_cache_background_update is off: after a soft purge one client waits for the origin", where, $"Set {kind}_cache_background_update on;");
            if (!place.IsOn("cache_lock"))
                yield return new Finding("hard.no-lock", Severity.Warning, $"{kind}_cache_lock is off: after a hard purge every client that asks for the page goes to the origin at the same time", where, $"Set {kind}_cache_lock on;");
            if (place.IsOn("cache_revalidate"))
                yield return new Finding("soft.revalidate", Severity.Info, "a purge changes the stored Last-Modified, so that no 304 on its way can undo it: pages with an ETag are still revalidated, pages with only Last-Modified are fetched once in full", place.Own("cache_revalidate")!.Where, "Nothing to do; let the origin send ETag if full fetches are dear");
            if (place.One("open_file_cache") is { First: not "off" } files)
                yield return new Finding("open-file-cache", Severity.Info, $"open_file_cache keeps files open: one that is merely deleted would be served for up to {place.One("open_file_cache_valid")?.First ?? "60s"} more. The agent expires each file in place before it deletes it, so nothing old is served", files.Where, "Nothing to do; but do not purge with rm");
            if (place.One("proxy_http_version") is { First: "2" or "2.0" } version && kind == "proxy")
                yield return new Finding("http2.tags", Severity.Warning, "with proxy_http_version 2 nginx stores response heads as HTTP/2 frames: tags may not be readable", version.Where, "Set proxy_http_version 1.1; to purge by tag");
            if (zone.UseTempPath && TempPath(doctor, place, zone) is { } finding) yield return finding;
        }
    }

    private static Finding? TempPath(DoctorCase doctor, Nginx.NginxPlace place, Nginx.NginxZone zone)
    {
        var directive = place.Own("temp_path");
        var temp = directive?.First ?? doctor.Build.TempPaths.GetValueOrDefault(place.Kind);
        if (temp is null) return null;
        var full = temp.StartsWith('/') ? temp : Path.Combine(doctor.Build.Prefix, temp);
        var (from, to) = (doctor.Machine.Mount(full), doctor.Machine.Mount(zone.Path));
        if (from is null || to is null) return null;
        var remedy = $"Add use_temp_path=off to {zone.Kind}_cache_path";
        return from.Point == to.Point
            ? new Finding("temp-path.on", Severity.Info, $"responses are first written to {full} and then moved into the cache", zone.Directive.Where, remedy)
            : new Finding("temp-path.copy", Severity.Warning, $"responses are first written to {full}, which is on another file system ({from.Point}) than the cache ({to.Point}): each one is copied, and lands later", zone.Directive.Where, remedy);
    }
}
