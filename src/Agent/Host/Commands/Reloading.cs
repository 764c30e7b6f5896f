using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Host.Configuring;

namespace Towncrier.Host.Commands;

/// <summary>
/// SIGHUP: the configuration is read again, and the limits of caches this agent has are taken over. What else has changed is
/// named, and needs a restart. A configuration with problems changes nothing.
/// </summary>
/// <param name="read">Reads as at the start: the same flags, the environment, and the file as it is now.</param>
/// <param name="running">What the agent was started with.</param>
internal sealed class Reloading(
    Func<(AgentOptions? Options, IReadOnlyList<ConfigProblem> Problems)> read, AgentOptions running, GovernedCaches caches, ILogger logger)
{
    private readonly Lock _lock = new(); // one reload at a time

    /// <summary>Reloads on each SIGHUP until it is disposed.</summary>
    public IDisposable OnSignal() => PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        Reload();
    });

    public void Reload()
    {
        lock (_lock)
        {
            var (options, problems) = read();
            if (options is null)
            {
                foreach (var problem in problems) HostLog.NotReloaded(logger, problem.ToString());
                return;
            }

            var changes = options.Caches.SelectMany(TakeOver).ToArray();
            var others = string.Join(", ", Sections(running).Except(Sections(options)).Concat(Sections(options).Except(Sections(running))).Select(section => section.Name).Distinct());
            HostLog.Reloaded(logger, changes.Length == 0 ? "no limit has changed" : string.Join("; ", changes));
            if (others.Length > 0) HostLog.NeedsRestart(logger, others);
        }
    }

    private IEnumerable<string> TakeOver(CacheOptions cache)
    {
        if (caches.Of(cache.Path) is not { } before || !caches.TrySet(cache.Path, cache.Limits)) return [];
        return LimitsDocument.Differences(before, cache.Limits, isStore: false).Select(change => $"{cache.Path}: {change.Key} {change.Old} -> {change.New}");
    }

    // As a file would say it, without the limits, cut at each setting of the first level.
    private static HashSet<(string Name, string Text)> Sections(AgentOptions options)
    {
        var sections = new HashSet<(string, string)>();
        var (name, text) = ("", "");
        var bare = options with { Caches = [.. options.Caches.Select(cache => cache with { Limits = CacheLimits.Off })] };
        foreach (var line in EffectiveYaml.Write(bare).Split('\n').Append("end:"))
        {
            if (line.Length > 0 && line[0] is ' ' or '#')
            {
                text += line;
                continue;
            }

            sections.Add((name, text));
            (name, text) = (line.Split(':')[0], line);
        }

        sections.Remove(("", ""));
        sections.Add(("token", options.Token ?? ""));
        return sections;
    }
}
