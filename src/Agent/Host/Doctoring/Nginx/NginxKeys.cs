namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>Tells the key templates of a cache directory, for an agent that was given none.</summary>
internal static class NginxKeys
{
    /// <summary>
    /// The distinct templates with which the configuration fills the cache at <paramref name="cachePath"/>, in the order of
    /// the configuration. Empty when no zone has that path or no place uses it.
    /// </summary>
    /// <param name="text">The output of <c>nginx -T</c>, or a configuration file's text.</param>
    /// <param name="cachePath">A full path; links are not resolved, a slash at the end does not matter.</param>
    /// <param name="name">The file's name, when the text is a file's: includes are looked up beside it.</param>
    /// <param name="prefix">What relative cache paths start from.</param>
    public static IReadOnlyList<NginxKey> For(string text, string cachePath, string name = "/etc/nginx/nginx.conf", string prefix = NginxBuild.UsualPrefix) =>
        For(NginxModel.Read(text, name, prefix), cachePath);

    /// <summary>The same for a model at hand.</summary>
    public static IReadOnlyList<NginxKey> For(NginxModel model, string cachePath)
    {
        var path = cachePath.Length > 1 ? cachePath.TrimEnd('/') : cachePath;
        return [.. model.Zones.Where(z => z.Path == path).SelectMany(model.PlacesOf).Select(p => p.Key).OfType<NginxKey>().DistinctBy(k => k.Template)];
    }
}
