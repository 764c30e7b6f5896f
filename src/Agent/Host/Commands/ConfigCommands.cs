using System.Text.Json.Nodes;
using Towncrier.Host.Asking;
using Towncrier.Host.Serving;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier config get</c> and <c>config set</c>: the limits of a running agent's caches.</summary>
internal static class ConfigCommands
{
    public static async Task<ExitCode> GetAsync(string? cache, AgentClient agent, bool json, TextWriter output, CancellationToken stop)
    {
        var answer = (await agent.GetAsync(LimitsApi.Path, stop).ConfigureAwait(false)).Good();
        var caches = answer["caches"]!.AsArray().Where(one => cache is null || one!["path"]!.ToString() == Full(cache)).ToArray();
        if (caches.Length == 0 && cache is not null) throw new AgentRefusedException($"'{cache}' is no cache of this agent");
        foreach (var one in caches)
        {
            if (json)
            {
                await output.WriteLineAsync(one!.ToJsonString(Json.Options)).ConfigureAwait(false);
                continue;
            }

            await output.WriteLineAsync($"{one!["path"]}").ConfigureAwait(false);
            foreach (var (key, value) in one["limits"]!.AsObject()) await output.WriteLineAsync($"  {key}={value}").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    /// <param name="settings">KEY=VALUE each.</param>
    public static async Task<ExitCode> SetAsync(IReadOnlyList<string> settings, string? cache, AgentClient agent, bool json, TextWriter output, CancellationToken stop)
    {
        var set = new JsonObject();
        foreach (var setting in settings)
        {
            if (setting.Split('=', 2) is not [{ Length: > 0 } key, { Length: > 0 } value]) throw new AgentRefusedException($"'{setting}' is not KEY=VALUE, such as disk_limit=0.9");
            if (!set.TryAdd(key, value)) throw new AgentRefusedException($"'{key}' is given twice");
        }

        var body = new JsonObject { ["cache"] = cache is null ? null : Full(cache), ["set"] = set };
        var answer = (await agent.PostAsync(LimitsApi.Path, System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()), stop).ConfigureAwait(false)).Good();
        foreach (var one in answer["caches"]!.AsArray())
        {
            if (json)
            {
                await output.WriteLineAsync(one!.ToJsonString(Json.Options)).ConfigureAwait(false);
                continue;
            }

            var changes = one!["changed"]!.AsArray();
            if (changes.Count == 0) await output.WriteLineAsync($"{one["path"]}: nothing changed").ConfigureAwait(false);
            foreach (var change in changes) await output.WriteLineAsync($"{one["path"]}: {change!["key"]} {change["old"]} -> {change["new"]}").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }

    // As the agent names its caches; a relative path is this shell's.
    private static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
