using System.Text;
using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Configuring;

/// <summary>Writes options as a configuration file that reads back to the same options, but for the token.</summary>
internal static class EffectiveYaml
{
    public static string Write(AgentOptions options)
    {
        var text = new StringBuilder(options.Caches.Count > 0 ? "caches:\n" : "");
        foreach (var cache in options.Caches)
        {
            Line($"  - path: {Quote(cache.Path)}");
            Line(cache.Key is null ? "    # key: read from `nginx -T`" : $"    key: {Quote(cache.Key)}");
            Line($"    hosts: [{string.Join(", ", cache.Hosts.Select(Quote))}]");
            Line($"    tags: [{string.Join(", ", cache.Tags.Select(Quote))}]");
            if (cache.Limits == CacheLimits.Off) continue;
            foreach (var (key, value) in LimitWords.Write(cache.Limits)) Line($"    {key}: {value}");
        }

        Line("sources:");
        Line("  - http:");
        Line($"      listen: [{string.Join(", ", options.Listen.Addresses.Select(a => Quote(a.Text)))}]");
        Line(options.Token is null ? "      # no token" : "      # a token is set; it is not shown");
        foreach (var line in FleetYaml.Sources(options.Fleet)) Line(line);
        foreach (var line in FleetYaml.Rest(options.Fleet)) Line(line);
        if (options.StateDirectory is { } state) Line($"state: {Quote(state)}");
        Line($"fence: {Durations.Write(options.Fence)}");
        Line("soft:");
        Line($"  updating: {Durations.Write(options.Soft.Updating)}");
        Line(options.Soft.Error is { } error ? $"  error: {Durations.Write(error)}" : "  # error: kept as it is in each file");
        Line($"log: {options.Log.ToString().ToLowerInvariant()}");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Quote(string value) => FleetYaml.Quote(value);
}
