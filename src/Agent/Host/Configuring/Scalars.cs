using Towncrier.Agent;

namespace Towncrier.Host.Configuring;

/// <summary>The settings of one value each: every layer's value is checked, the strongest layer's is used.</summary>
internal static class Scalars
{
    /// <summary>A duration from 0 to <paramref name="longest"/>; null when no layer gives a good one.</summary>
    public static TimeSpan? Duration(
        IEnumerable<ConfigLayer> layers, Func<ConfigLayer, Sourced<string>?> choose, string name, TimeSpan longest, List<ConfigProblem> problems)
    {
        TimeSpan? strongest = null;
        foreach (var layer in layers)
        {
            if (choose(layer) is not { } text) continue;
            if (!Durations.TryRead(text.Value, out var value))
                problems.Add(new ConfigProblem(text.Where, $"{name} '{text.Value}' is not a duration", "Write a whole number and its unit: 500ms, 10s, 5m, 1h or 4d"));
            else if (value > longest)
                problems.Add(new ConfigProblem(text.Where, $"{name} {text.Value} is too long", $"Write at most {Durations.Write(longest)}"));
            else
                strongest = value;
        }

        return strongest;
    }

    public static LogFormat Log(IEnumerable<ConfigLayer> layers, List<ConfigProblem> problems)
    {
        var strongest = LogFormat.Auto;
        foreach (var layer in layers)
        {
            if (layer.Log is not { } text) continue;
            if (text.Value is "auto" or "text" or "json") strongest = Enum.Parse<LogFormat>(text.Value, ignoreCase: true);
            else problems.Add(new ConfigProblem(text.Where, $"log '{text.Value}' is not a format", "Write auto, text or json"));
        }

        return strongest;
    }

    /// <summary>The strongest layer's addresses, all of them; the default when no layer names one.</summary>
    public static ListenOptions Listen(IEnumerable<ConfigLayer> layers, bool hasToken, List<ConfigProblem> problems, ListenOptions? otherwise = null)
    {
        var strongest = otherwise ?? ListenOptions.Default;
        foreach (var layer in layers)
        {
            if (layer.Listen is not { } texts) continue;
            var addresses = new List<ListenAddress>();
            foreach (var text in texts)
            {
                if (ListenAddress.Read(text.Value, out var problem) is not { } address)
                    problems.Add(new ConfigProblem(text.Where, problem!, "Write http://127.0.0.1:8471 or unix:/run/towncrier/towncrier.sock"));
                else if (!address.IsLocal && !hasToken)
                    problems.Add(new ConfigProblem(text.Where, $"{text.Value} can be reached from other machines, and no token is set", "Set token_file, --token-file or TOWNCRIER_TOKEN, or listen on 127.0.0.1"));
                else if (!addresses.Any(a => a.UnixPath == address.UnixPath && a.Host == address.Host && a.Port == address.Port))
                    addresses.Add(address);
            }

            strongest = new ListenOptions { Addresses = addresses };
        }

        return strongest;
    }
}
