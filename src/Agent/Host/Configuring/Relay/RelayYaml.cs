using System.Text;
using System.Text.Json.Nodes;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Wire;

namespace Towncrier.Host.Configuring.Relay;

/// <summary>A relay's options as a configuration file that reads back to the same, but for secrets.</summary>
internal static class RelayYaml
{
    public static string Write(RelayOptions options)
    {
        var text = new StringBuilder();
        Line("sources:");
        Line("  - http:");
        Line($"      listen: {FleetYaml.List(options.Listen.Addresses.Select(a => a.Text))}");
        if (options.HttpName is { } name) Line($"      name: {FleetYaml.Quote(name)}");
        Line(options.Token is null ? "      # no token" : "      # a token is set; it is not shown");
        foreach (var line in FleetYaml.Sources(options.Fleet)) Line(line);
        foreach (var line in FleetYaml.Rest(options.Fleet)) Line(line);
        Line("routes:");
        foreach (var line in options.Routes.SelectMany(Route)) Line(line);
        if (options.StateDirectory is { } state) Line($"state: {FleetYaml.Quote(state)}");
        Line($"log: {options.Log.ToString().ToLowerInvariant()}");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    public static JsonObject Json(RelayOptions options) => new()
    {
        ["name"] = options.Fleet.Name,
        ["sources"] = List(options.Sources.Select(source => source.Key)),
        ["publishers"] = List(options.Fleet.Publishers.Keys),
        ["routes"] = new JsonArray([.. options.Routes.Select(route => new JsonObject { ["from"] = List(route.From), ["to"] = List(route.To) })]),
        ["listen"] = List(options.Listen.Addresses.Select(a => a.Text)),
        ["token"] = options.Token is null ? "none" : "set",
        ["state"] = options.StateDirectory,
        ["log"] = options.Log.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<string> Route(RelayRouteOptions route)
    {
        // As given: a kind may stand for several sources.
        yield return $"  - from: {FleetYaml.List(route.Layer.From.Select(from => from.Value))}";
        yield return $"    to: {FleetYaml.List(route.To)}";
        if (route.Layer.Hosts.Count > 0) yield return $"    hosts: {FleetYaml.List(route.Layer.Hosts)}";
        if (route.Layer.Commands.Count > 0) yield return $"    commands: {FleetYaml.List(route.Layer.Commands.Select(CommandNames.Of))}";
        if (route.Layer.Audience.Count > 0) yield return "    audience:";
        foreach (var (label, values) in route.Layer.Audience) yield return $"      {FleetYaml.Quote(label)}: {FleetYaml.List(values)}";
        if (route.Layer.Rate is { } rate) yield return $"    rate: {rate}/s";
    }

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
