using System.Text.Json.Nodes;
using Towncrier.Host.Asking;

namespace Towncrier.Host.Commands;

/// <summary><c>towncrier status</c> and <c>towncrier why</c>: questions to a running agent.</summary>
internal static class AskCommands
{
    public static async Task<ExitCode> StatusAsync(AgentClient agent, bool json, TextWriter output, CancellationToken stop)
    {
        var answer = await agent.GetAsync("/v1/status", stop).ConfigureAwait(false);
        var status = answer.Good();
        if (json)
        {
            await output.WriteLineAsync(status.ToJsonString(Json.Options)).ConfigureAwait(false);
            return ExitCode.Done;
        }

        var fence = status["fence_seconds"] is { } seconds ? $", fence {seconds} s" : ""; // a relay has none
        await output.WriteLineAsync($"towncrier {status["version"]}: {((bool)status["ready"]! ? "ready" : "not ready")}{fence}").ConfigureAwait(false);
        foreach (var cache in status["caches"]?.AsArray() ?? [])
        {
            await output.WriteLineAsync($"{cache!["path"]}  {cache["entries"]} entries, {cache["index_bytes"]} bytes of index, {cache["watches"]} watches, {cache["armed"]} armed").ConfigureAwait(false);
            if (cache["trouble"] is { } trouble) await output.WriteLineAsync($"  {trouble}").ConfigureAwait(false);
            if ((long)cache["scan_progress"]! > 0) await output.WriteLineAsync($"  scanning: {cache["scan_progress"]} entries so far").ConfigureAwait(false);
        }

        foreach (var source in status["sources"]!.AsArray())
        {
            var state = (bool)source!["connected"]! ? "connected" : "not connected" + (source["trouble"] is { } trouble ? $": {trouble}" : "");
            await output.WriteLineAsync(OneLine.Of($"{source["channel"]}  {state}, {source["gaps"]} gaps")).ConfigureAwait(false);
        }

        foreach (var target in status["targets"]?.AsArray() ?? [])
            await output.WriteLineAsync(OneLine.Of($"{target!["name"]} ({target["place"]})  {(target["trouble"] is { } trouble ? trouble : (bool)target["reached"]! ? "takes messages" : "nothing sent yet")}, {target["waiting"]} waiting")).ConfigureAwait(false);
        return ExitCode.Done;
    }

    public static async Task<ExitCode> WhyAsync(string url, AgentClient agent, bool json, TextWriter output, CancellationToken stop)
    {
        var answer = await agent.GetAsync("/v1/explain?url=" + Uri.EscapeDataString(url), stop).ConfigureAwait(false);
        var why = answer.Good();
        var entries = why["entries"]!.AsArray();
        var touches = why["invalidations"]!.AsArray();
        if (json) await output.WriteLineAsync(why.ToJsonString(Json.Options)).ConfigureAwait(false);
        else await output.WriteAsync(Text(url, entries, touches)).ConfigureAwait(false);
        return entries.Count + touches.Count > 0 ? ExitCode.Done : ExitCode.NothingMatched;
    }

    private static string Text(string url, JsonArray entries, JsonArray touches)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine(entries.Count == 0 ? $"{url} is not cached here" : $"{url} is cached here in {entries.Count} file(s):");
        foreach (var e in entries)
        {
            text.AppendLine(OneLine.Of($"  {e!["state"]} until {e["valid_until"]}, stored {e["stored"]}, {e["status"]}, {e["bytes"]} bytes, key {e["key"]}"));
            text.AppendLine($"    {e["file"]}");
        }

        text.AppendLine(touches.Count == 0 ? "no recent invalidation touched it" : "invalidations that touched it, the latest first:");
        foreach (var t in touches) text.AppendLine(OneLine.Of($"  {t!["at"]}  {t["command"]} ({t["mode"]}) from {t["source"]}, id {t["id"]}"));
        return text.ToString();
    }
}
