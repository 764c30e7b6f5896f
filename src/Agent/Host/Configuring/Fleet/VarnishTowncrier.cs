using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.Redis;
using Towncrier.Providers.Varnish;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>
/// varnish-towncrier's own settings, read as they stand: the sections <c>redis</c> and <c>endpoint</c> of its file, whose
/// names match without regard to case, and its environment, which is stronger. With any of them there is one Redis source
/// and one Varnish, each with the original's defaults.
/// </summary>
internal static class VarnishTowncrier
{
    public const string DefaultChannel = "varnish.purge";

    public const string DefaultRedis = "redis://127.0.0.1:6379";

    private static readonly (string Variable, string Section, string Key)[] Variables =
    [
        ("VT_REDIS_URI", "redis", "uri"), ("VT_REDIS_PASSWORD", "redis", "password"), ("VT_REDIS_SUBSCRIBE", "redis", "subscribe"),
        ("VT_ENDPOINT_URI", "endpoint", "uri"), ("VT_ENDPOINT_XKEYHEADER", "endpoint", "xkeyheader"),
        ("VT_ENDPOINT_SOFTXKEYHEADER", "endpoint", "softxkeyheader"), ("VT_ENDPOINT_BANHEADER", "endpoint", "banheader"),
        ("VT_ENDPOINT_BANURLHEADER", "endpoint", "banurlheader"),
    ];

    /// <summary>What the file says, as the environment would say it.</summary>
    public static Dictionary<string, Sourced<string>> Read(YamlSection top)
    {
        var found = new Dictionary<string, Sourced<string>>(StringComparer.Ordinal);
        foreach (var name in Variables.Select(row => row.Section).Distinct())
        {
            if (top.Section(name, ignoreCase: true) is not { } section) continue;
            found[name] = new Sourced<string>("", section.Where);
            foreach (var row in Variables.Where(row => row.Section == name))
            {
                var value = row.Key == "subscribe" ? Joined(section.Texts(row.Key, ignoreCase: true)) : section.Text(row.Key, ignoreCase: true, emptyIsAbsent: true);
                if (value is { } given) found[row.Variable] = given;
            }

            section.Finish();
        }

        return found;
    }

    /// <summary>The source and the target that the file and the environment make together; null when neither says anything.</summary>
    public static (SourceInput? Source, VarnishOptions Target)? Combine(
        IReadOnlyDictionary<string, Sourced<string>> file, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        var all = new Dictionary<string, Sourced<string>>(file, StringComparer.Ordinal);
        foreach (var (variable, _, _) in Variables)
            if (FlagLayers.Variable(environment, variable) is { } value) all[variable] = value;
        if (all.Count == 0) return null;
        string Or(string variable, string otherwise) => all.TryGetValue(variable, out var given) ? given.Value : otherwise;
        string At(string variable, string section) => all.TryGetValue(variable, out var given) ? given.Where : all.GetValueOrDefault(section).Where ?? variable;
        var channels = Or("VT_REDIS_SUBSCRIBE", DefaultChannel).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var where = At("VT_REDIS_URI", "redis");
        RedisSourceOptions? source = null;
        if (!RedisAddress.TryParse(Or("VT_REDIS_URI", DefaultRedis), out var address, out var problem))
            problems.Add(new ConfigProblem(where, problem, "Write an address such as redis://127.0.0.1:6379"));
        else
            source = new RedisSourceOptions { Address = address, Password = Or("VT_REDIS_PASSWORD", "") is { Length: > 0 } password ? password : null, Channels = channels };
        var defaults = new VarnishOptions();
        var target = new VarnishOptions
        {
            Url = Or("VT_ENDPOINT_URI", defaults.Url),
            XkeyHeader = Or("VT_ENDPOINT_XKEYHEADER", defaults.XkeyHeader),
            SoftXkeyHeader = Or("VT_ENDPOINT_SOFTXKEYHEADER", defaults.SoftXkeyHeader),
            BanHeader = Or("VT_ENDPOINT_BANHEADER", defaults.BanHeader),
            BanUrlHeader = Or("VT_ENDPOINT_BANURLHEADER", defaults.BanUrlHeader),
        };
        problems.AddRange((source?.Problems() ?? []).Select(what => new ConfigProblem(where, what, "Correct it")));
        problems.AddRange(target.Problems().Select(what => new ConfigProblem(At("VT_ENDPOINT_URI", "endpoint"), what, "Correct it")));
        return (source is null ? null : RedisInputs.Source(source, GapPolicy.Warn), target);
    }

    private static Sourced<string>? Joined(IReadOnlyList<Sourced<string>>? texts)
        => texts is { Count: > 0 } ? new Sourced<string>(string.Join(' ', texts.Select(text => text.Value)), texts[0].Where) : null;
}
