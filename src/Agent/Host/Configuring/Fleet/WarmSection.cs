using Towncrier.Agent;
using Towncrier.Host.Configuring.Yaml;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>warm:</c> section.</summary>
internal static class WarmSection
{
    private const int ShortestToken = 16;
    private const int MostObjects = 50_000;
    private const int MostRate = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Null when there is none, or when it cannot be used, with a problem added.</summary>
    /// <param name="host">This agent's name.</param>
    public static WarmOptions? Read(YamlSection top, string host, List<ConfigProblem> problems)
    {
        if (top.Section("warm", mustHold: true) is not { } section) return null;
        var before = problems.Count;
        var address = Address(section, "address", required: true, problems);
        var through = Address(section, "through", required: false, problems);
        var (token, file) = Token(section, problems);
        var source = One<SourceInput>(section, "source", broker => (yaml, found) => broker.Source(yaml, host, found), "redis: { url: .., channels: [towncrier.warm] }", problems);
        var publisher = One<PublisherInput>(section, "publisher", broker => broker.Publisher, "redis: { url: .., channel: towncrier.warm }", problems);
        var defaults = new WarmOptions { Address = null!, Token = "", TokenFile = "", Source = null!, Publisher = null! }; // all set below
        var options = defaults with
        {
            Objects = Within(section, "objects", defaults.Objects, 0, MostObjects, problems),
            Rate = Within(section, "rate", defaults.Rate, 1, MostRate, problems),
            Timeout = Numbers.Duration(section, "timeout", defaults.Timeout, problems),
            Peers = Peers(section, problems),
            Pid = section.Text("pid")?.Value,
            Through = through,
        };
        section.Finish();
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > Longest)
            problems.Add(new ConfigProblem(section.Where, $"timeout is {Durations.Write(options.Timeout)}; it must be above 0 and at most {Durations.Write(Longest)}", "Write a duration such as 20s"));
        if (options.Pid is { } pid && !pid.StartsWith('/')) problems.Add(new ConfigProblem(section.Where, $"pid '{pid}' is not absolute", "Write nginx's pid file, such as /run/nginx.pid"));
        if (problems.Count > before || address is null || source is null || publisher is null) return null;
        return options with { Address = address, Token = token!, TokenFile = file!, Source = source, Publisher = publisher };
    }

    private static Uri? Address(YamlSection section, string key, bool required, List<ConfigProblem> problems)
    {
        var example = $"Write '{key}: http://{(required ? "10.0.0.5:8471" : "127.0.0.1:80")}/'";
        if (section.Text(key) is not { } text)
        {
            if (required) problems.Add(new ConfigProblem(section.Where, $"warm has no {key}", example + ", where peers reach this agent"));
            return null;
        }

        if (Uri.TryCreate(text.Value, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" } && (required || uri.AbsolutePath == "/")) return uri;
        problems.Add(new ConfigProblem(text.Where, $"{key} '{text.Value}' is no address", example));
        return null;
    }

    private static (string? Token, string? File) Token(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Text("token_file") is not { } file)
        {
            problems.Add(new ConfigProblem(section.Where, "warm has no token_file", "Write 'token_file: FILE' with a secret that all peers have, such as the output of 'openssl rand -hex 32'"));
            return default;
        }

        if (SecretFile.Read(file, "token", problems)?.Trim() is not { } token) return default;
        if (token.Length >= ShortestToken && token.All(c => c is > ' ' and < '\x7f')) return (token, file.Value);
        problems.Add(new ConfigProblem(file.Where, $"the token has fewer than {ShortestToken} characters, a blank, or a character that a header cannot carry", "Use the output of 'openssl rand -hex 32'"));
        return default;
    }

    private static T? One<T>(YamlSection section, string key, Func<Broker, Func<YamlSection, List<ConfigProblem>, T?>> reader, string example, List<ConfigProblem> problems)
        where T : class
    {
        if (section.Section(key, mustHold: true) is { } inner)
        {
            if (inner.IsEmpty) problems.Add(new ConfigProblem(inner.Where, $"the {key} of warm names no broker", $"Write '{key}: {{ {example} }}'"));
            return FleetReader.One(inner, reader, problems);
        }

        problems.Add(new ConfigProblem(section.Where, $"warm has no {key} for its notices", $"Write '{key}: {{ {example} }}', a channel for nothing else"));
        return null;
    }

    private static int Within(YamlSection section, string key, int otherwise, int least, int most, List<ConfigProblem> problems)
    {
        var number = Numbers.Whole(section, key, otherwise, problems);
        if (number < least || number > most) problems.Add(new ConfigProblem(section.Where, $"{key} is {number}; it must be {least} to {most}", $"Write a number such as {otherwise}"));
        return number;
    }

    private static IReadOnlyList<string>? Peers(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Texts("peers") is not { } peers) return null;
        problems.AddRange(peers.Where(peer => peer.Value.Contains('/') || peer.Value.Any(char.IsWhiteSpace)).Select(peer => new ConfigProblem(peer.Where, $"'{peer.Value}' is no host", "Write addresses, names, or names that begin with *.")));
        return [.. peers.Select(peer => peer.Value)];
    }
}
