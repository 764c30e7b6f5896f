namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>What <c>nginx -V</c> says of its defaults.</summary>
/// <param name="Prefix">What relative paths start from.</param>
/// <param name="User">The worker user when the configuration names none.</param>
/// <param name="TempPaths">The default temp path of each kind.</param>
internal sealed record NginxBuild(string Prefix, string User, IReadOnlyDictionary<string, string> TempPaths)
{
    /// <summary>nginx's own default, which packages usually change.</summary>
    public const string UsualPrefix = "/usr/local/nginx";

    public static readonly NginxBuild Unknown = new(UsualPrefix, "nobody", new Dictionary<string, string>());

    /// <summary>Reads the "configure arguments" line; what is not there stays at nginx's default.</summary>
    public static NginxBuild Read(string version)
    {
        var given = version.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(a => a.StartsWith("--", StringComparison.Ordinal) && a.Contains('='))
            .Select(a => a[2..].Trim().Split('=', 2))
            .GroupBy(a => a[0])
            .ToDictionary(g => g.Key, g => g.Last()[1]);
        var temps = new[] { "proxy", "fastcgi", "uwsgi", "scgi" }
            .Where(k => given.ContainsKey($"http-{k}-temp-path"))
            .ToDictionary(k => k, k => given[$"http-{k}-temp-path"]);
        return new NginxBuild(given.GetValueOrDefault("prefix", UsualPrefix), given.GetValueOrDefault("user", "nobody"), temps);
    }
}
