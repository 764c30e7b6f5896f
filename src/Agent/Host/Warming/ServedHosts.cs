using System.Text;
using Towncrier.Agent.Dispatching;
using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Warming;

/// <summary>
/// The public hosts that this nginx serves: any other would end at its default server, and be stored there. Those of the cache's
/// <c>hosts:</c> where it names some; otherwise those of entries it has, and nginx's server names where they can be read.
/// </summary>
internal sealed class ServedHosts(IReadOnlyList<string> serverNames)
{
    /// <param name="model">nginx's configuration; null where it cannot be read.</param>
    public static ServedHosts Of(NginxModel? model) => new([.. NamesIn(model?.Main ?? [])]);

    public bool Has(Cache cache, string host)
    {
        var name = host.StartsWith('[') ? host : host.Split(':')[0];
        if (cache.Settings.Hosts.Count > 0) return cache.Settings.Hosts.Any(served => Fits(served, name) || Fits(served, host));
        return serverNames.Any(served => Fits(served, name))
            || cache.Index.Sites().Any(site => site.Parsed && site.Host.IsPublic && Encoding.UTF8.GetString(site.Host.Host).Equals(host, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> NamesIn(IReadOnlyList<NginxDirective> directives)
        => directives.SelectMany(directive => directive.Name == "server_name" ? directive.Args : NamesIn(directive.Block ?? []));

    // Regular expressions and "_" fit nothing.
    private static bool Fits(string served, string name)
    {
        if (served.StartsWith("*.", StringComparison.Ordinal)) return name.EndsWith(served[1..], StringComparison.OrdinalIgnoreCase);
        if (served.StartsWith('.')) return name.EndsWith(served, StringComparison.OrdinalIgnoreCase) || name.Equals(served[1..], StringComparison.OrdinalIgnoreCase);
        return served.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
