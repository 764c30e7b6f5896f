using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Doctoring.Checks;

/// <summary>Can the agent read scheme, host and URI out of a key?</summary>
internal static class KeyChecks
{
    private const string GoodKey = "$scheme$host$request_uri";

    public static IEnumerable<Finding> All(DoctorCase doctor)
    {
        foreach (var (place, _) in doctor.Places)
        {
            if (place.Key is not { } key)
                yield return new Finding("key.missing", Severity.Error, $"{place.Kind}_cache has no {place.Kind}_cache_key and nginx has no default for it: every page shares one entry", place.Pass.Where, $"Set {place.Kind}_cache_key '{GoodKey}'");
        }

        foreach (var key in doctor.Places.Select(p => p.Place.Key).OfType<NginxKey>().DistinctBy(k => (k.Where, k.Template)))
            foreach (var finding in OfKey(key)) yield return finding;

        foreach (var cache in doctor.Caches)
        {
            var keys = cache.Zones.SelectMany(doctor.Model.PlacesOf).Select(p => p.Key?.Template).OfType<string>().Distinct().ToList();
            if (keys.Count > 1)
                yield return new Finding("key.several", Severity.Warning, $"{cache.Path} is filled with {keys.Count} different keys: {string.Join(" and ", keys)}. The agent reads all files by one", cache.Where, "Give every place the same key, or a cache of its own");
        }
    }

    private static IEnumerable<Finding> OfKey(NginxKey key)
    {
        var template = new KeyTemplate(key.Template);
        if (key.IsDefault || template.Has("proxy_host"))
        {
            var what = key.IsDefault ? "there is no proxy_cache_key: nginx's default" : "the cache key";
            if (!template.HasPublicHost)
                yield return new Finding("key.upstream-host", Severity.Warning, $"{what} holds the upstream's name and not the public host: pages of two sites share an entry, and a purge by URL cannot tell them apart", key.Where, $"Set proxy_cache_key '{GoodKey}', or tell the agent the public names with 'hosts:'");
        }
        else if (!template.HasPublicHost)
        {
            yield return new Finding("key.no-host", Severity.Warning, $"the key {key.Template} holds no host: pages of two sites share an entry, and a purge by URL meets both", key.Where, $"Put $host into the key: '{GoodKey}', or tell the agent the public names with 'hosts:'");
        }

        if (!template.HasUri)
            yield return new Finding("key.no-uri", Severity.Error, $"the key {key.Template} holds no URI: every page shares one entry", key.Where, $"Use '{GoodKey}'");
        if (template.Has("uri") || template.Has("document_uri"))
            yield return new Finding("key.decoded-uri", Severity.Warning, "the key holds $uri, which is decoded and normalized: %2F and / are one entry, and %0A puts a line break into the key. A purge must name the decoded form", key.Where, "Use $request_uri");
        if (template.OpenEnd is { } open)
            yield return new Finding("key.open-end", Severity.Warning, $"in the key {key.Template}, ${open} follows the URI without a delimiter: nobody can tell where the URI ends, so a purge by exact URL may miss", key.Where, $"Put it in front, or a delimiter between them: '...$request_uri|${open}'");
    }
}
