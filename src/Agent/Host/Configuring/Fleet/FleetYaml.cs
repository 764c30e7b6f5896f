using Towncrier.Agent;
using Towncrier.Wire;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The fleet's part of a configuration as YAML, for <c>config check</c>. Passwords and secrets are left out.</summary>
internal static class FleetYaml
{
    /// <summary>Items of the list <c>sources:</c>.</summary>
    public static IEnumerable<string> Sources(FleetOptions fleet)
    {
        foreach (var source in fleet.Sources)
        {
            yield return $"  - {source.Kind}:";
            if (source.Name is { } name) yield return $"      name: {Quote(name)}";
            foreach (var line in source.Yaml) yield return "      " + line;
        }
    }

    /// <summary>What stands at the top level.</summary>
    public static IEnumerable<string> Rest(FleetOptions fleet) => Targets(fleet).Concat(Publishers(fleet)).Concat(Warm(fleet)).Concat(Allow(fleet));

    private static IEnumerable<string> Targets(FleetOptions fleet)
    {
        if (fleet.Targets.Count > 0) yield return "targets:";
        foreach (var target in fleet.Targets)
        {
            yield return "  - varnish:";
            yield return $"      url: {Quote(target.Url)}";
            yield return $"      xkey_header: {Quote(target.XkeyHeader)}";
            yield return $"      soft_xkey_header: {Quote(target.SoftXkeyHeader)}";
            yield return $"      ban_header: {Quote(target.BanHeader)}";
            yield return $"      ban_url_header: {Quote(target.BanUrlHeader)}";
            if (target.Host is { } host) yield return $"      host: {Quote(host)}";
            yield return $"      max_connections: {target.MaxConnections}";
            yield return $"      timeout: {Durations.Write(target.Timeout)}";
            yield return $"      tries: {target.Tries}";
            yield return $"      first_delay: {Durations.Write(target.FirstDelay)}";
        }
    }

    private static IEnumerable<string> Publishers(FleetOptions fleet)
    {
        if (fleet.Publishers.Count > 0) yield return "publishers:";
        foreach (var (name, publisher) in fleet.Publishers)
        {
            yield return $"  {Quote(name)}:";
            yield return $"    {publisher.Kind}:";
            foreach (var line in publisher.Yaml) yield return "      " + line;
        }

        if (fleet.Receipts is not { } receipts) yield break;
        yield return "receipts:";
        yield return $"  {receipts.Kind}:";
        foreach (var line in receipts.Yaml) yield return "    " + line;
    }

    private static IEnumerable<string> Warm(FleetOptions fleet)
    {
        if (fleet.Warm is not { } warm) yield break;
        yield return "warm:";
        yield return $"  address: {Quote(warm.Address.OriginalString)}";
        yield return $"  token_file: {Quote(warm.TokenFile)}";
        yield return "  source: # notices";
        yield return $"    {warm.Source.Kind}:";
        foreach (var line in warm.Source.Yaml) yield return "      " + line;
        yield return "  publisher:";
        yield return $"    {warm.Publisher.Kind}:";
        foreach (var line in warm.Publisher.Yaml) yield return "      " + line;
        yield return $"  objects: {warm.Objects}";
        yield return $"  timeout: {Durations.Write(warm.Timeout)}";
        yield return $"  rate: {warm.Rate}";
        yield return warm.Through is { } through ? $"  through: {Quote(through.OriginalString)}" : "  # through: left out, so objects are only put in place while nginx is cold";
        if (warm.Peers is { } peers) yield return $"  peers: {List(peers)}";
        if (warm.Pid is { } pid) yield return $"  pid: {Quote(pid)}";
    }

    private static IEnumerable<string> Allow(FleetOptions fleet)
    {
        var policy = fleet.Admission;
        yield return $"name: {Quote(fleet.Name!)}";
        yield return $"scope_tags_by_host: {(policy.ScopeTagsByHost ? "true" : "false")}";
        var labels = policy.Labels.Where(label => label.Key != "host").ToList();
        if (labels.Count > 0) yield return "labels:";
        foreach (var (label, value) in labels) yield return $"  {Quote(label)}: {Quote(value)}";
        if (policy.Hosts.Count + policy.Commands.Count + policy.Keys.Count == 0) yield break;
        yield return "allow:";
        if (policy.Hosts.Count > 0) yield return $"  hosts: {List(policy.Hosts)}";
        if (policy.Commands.Count > 0) yield return $"  commands: {List(policy.Commands.Select(CommandNames.Of))}";
        if (policy.UnsignedSources.Count > 0) yield return $"  unsigned: {List(policy.UnsignedSources)}";
        foreach (var key in policy.Keys) yield return $"  # key {Quote(key.Id)}{(key.Hosts.Count > 0 ? " of hosts " + List(key.Hosts) : "")}; its secret is not shown";
    }

    /// <summary>A list on one line.</summary>
    public static string List(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Quote))}]";

    // Single quotes take everything but themselves and line breaks, and the options hold no control character.
    public static string Quote(string value) => "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
}
