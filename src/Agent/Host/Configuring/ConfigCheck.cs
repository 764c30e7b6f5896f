using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Host.Configuring.Relay;

namespace Towncrier.Host.Configuring;

/// <summary>The command <c>config check</c>: says what the agent, or the relay, would run with, or everything that keeps it from running.</summary>
internal static class ConfigCheck
{
    private const int Ok = 0;
    private const int Usage = 2;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Returns 0 with the effective configuration on <paramref name="output"/> (as YAML that can be used as a file, or as one
    /// JSON object), or 2 with every problem: on <paramref name="error"/> as text, on <paramref name="output"/> as one JSON object a line.
    /// The token's value is never printed.
    /// </summary>
    public static int Run(
        FlagValues flags, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, bool json, HostFacts? facts = null)
    {
        if (AgentOptionsReader.ReadFile(flags, environment, []).Routes is not null) return RunRelay(flags, environment, output, error, json, facts);
        var (options, problems) = AgentOptionsReader.Read(flags, environment, facts);
        if (options is null)
        {
            Print(problems, output, error, json);
            return Usage;
        }

        output.Write(json ? AsJson(options) + "\n" : EffectiveYaml.Write(options));
        return Ok;
    }

    private static int RunRelay(
        FlagValues flags, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, bool json, HostFacts? facts)
    {
        var (options, problems) = RelayOptionsReader.Read(flags, environment, facts);
        if (options is null)
        {
            Print(problems, output, error, json);
            return Usage;
        }

        output.Write(json ? RelayYaml.Json(options).ToJsonString(Json) + "\n" : RelayYaml.Write(options));
        return Ok;
    }

    /// <summary>The problems alone, in the same form; for the other commands that read a configuration.</summary>
    public static void Print(IReadOnlyList<ConfigProblem> problems, TextWriter output, TextWriter error, bool json)
    {
        foreach (var problem in problems)
        {
            if (!json) error.Write(problem + "\n");
            else output.Write(new JsonObject { ["where"] = problem.Where, ["what"] = problem.What, ["remedy"] = problem.Remedy }.ToJsonString(Json) + "\n");
        }

        if (!json) error.Write(problems.Count == 1 ? "1 problem\n" : $"{problems.Count} problems\n");
    }

    private static string AsJson(AgentOptions options) => new JsonObject
    {
        ["caches"] = new JsonArray([.. options.Caches.Select(c => new JsonObject
        {
            ["path"] = c.Path,
            ["key"] = c.Key,
            ["hosts"] = List(c.Hosts),
            ["tags"] = List(c.Tags),
            ["limits"] = new JsonObject(LimitWords.Write(c.Limits).Select(limit => KeyValuePair.Create(limit.Key, (JsonNode?)limit.Value))),
        })]),
        ["sources"] = List(options.Fleet.Sources.Select(input => input.Shown)),
        ["targets"] = List(options.Fleet.Targets.Select(target => target.Url)),
        ["publishers"] = List(options.Fleet.Publishers.Keys),
        ["receipts"] = options.Fleet.Receipts?.Shown,
        ["warm"] = options.Fleet.Warm?.Address.OriginalString,
        ["name"] = options.Fleet.Name,
        ["listen"] = List(options.Listen.Addresses.Select(a => a.Text)),
        ["token"] = options.Token is null ? "none" : "set",
        ["state"] = options.StateDirectory,
        ["fence"] = Durations.Write(options.Fence),
        ["soft"] = new JsonObject
        {
            ["updating"] = Durations.Write(options.Soft.Updating),
            ["error"] = options.Soft.Error is { } e ? Durations.Write(e) : null,
        },
        ["log"] = options.Log.ToString().ToLowerInvariant(),
    }.ToJsonString(Json);

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
