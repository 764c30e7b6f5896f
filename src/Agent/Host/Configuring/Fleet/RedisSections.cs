using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.Redis;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>redis:</c> sections of sources, publishers and receipts.</summary>
internal static class RedisSections
{
    private const string UrlExample = "Write 'url: redis://127.0.0.1:6379/0', 'rediss://..' for TLS, or 'redis+unix:///run/redis/redis.sock'";

    /// <summary>A source; null when it cannot be used, with a problem added.</summary>
    public static SourceInput? Source(YamlSection section, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var (address, password) = (Address(section, problems), Password(section, problems));
        var channels = section.Texts("channels") ?? [];
        var stream = section.Text("stream");
        var gap = GapSetting.Read(section, problems);
        var options = Limits(section, problems);
        section.Finish();
        if (channels.Count == 0 && stream is null && problems.Count == before)
            problems.Add(new ConfigProblem(section.Where, "a redis source reads neither a channel nor a stream", "Write 'channels: [varnish.purge]', 'stream: towncrier', or both"));
        if (address is null || problems.Count > before) return null;
        options = options with { Address = address, Password = password, Channels = [.. channels.Select(channel => channel.Value).Distinct()], Stream = stream?.Value };
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, "Correct it")));
        return RedisInputs.Source(options, gap);
    }

    private static RedisSourceOptions Limits(YamlSection section, List<ConfigProblem> problems)
    {
        var defaults = new RedisSourceOptions { Address = null! }; // the caller sets it
        return defaults with
        {
            Heartbeat = Numbers.Duration(section, "heartbeat", defaults.Heartbeat, problems),
            ReadTimeout = Numbers.Duration(section, "read_timeout", defaults.ReadTimeout, problems),
            ConnectTimeout = Numbers.Duration(section, "connect_timeout", defaults.ConnectTimeout, problems),
            MaxBufferedBytes = Numbers.Whole(section, "max_buffered_bytes", defaults.MaxBufferedBytes, problems),
            Window = Numbers.Whole(section, "window", defaults.Window, problems),
        };
    }

    /// <summary>A publisher; null when it cannot be used, with a problem added.</summary>
    public static PublisherInput? Publisher(YamlSection section, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var (address, password) = (Address(section, problems), Password(section, problems));
        var (channel, stream, keep) = (section.Text("channel"), section.Text("stream"), section.Text("max_length"));
        section.Finish();
        if (channel is null && stream is null && problems.Count == before)
            problems.Add(new ConfigProblem(section.Where, "neither a channel nor a stream is named", "Write 'channel: varnish.purge' or 'stream: towncrier'"));
        var length = 0L;
        if (keep is { } text && (!long.TryParse(text.Value, out length) || length < 1))
            problems.Add(new ConfigProblem(text.Where, $"max_length '{text.Value}' is not a number of entries", "Write a number such as 1000000"));
        if (address is null || problems.Count > before) return null;
        var options = new RedisPublisherOptions { Address = address, Password = password, Channel = channel?.Value, Stream = stream?.Value };
        if (keep is not null) options = options with { MaxLength = length };
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, "Correct it")));
        return RedisInputs.Publisher(options);
    }

    private static RedisAddress? Address(YamlSection section, List<ConfigProblem> problems)
    {
        var url = section.Text("url");
        if (url is not { } given)
        {
            problems.Add(new ConfigProblem(section.Where, "a redis has no url", UrlExample));
            return null;
        }

        if (!RedisAddress.TryParse(given.Value, out var address, out var problem))
        {
            problems.Add(new ConfigProblem(given.Where, problem, UrlExample));
            return null;
        }

        return address;
    }

    private static string? Password(YamlSection section, List<ConfigProblem> problems)
        => section.Text("password_file") is { } file ? SecretFile.Read(file, "password", problems) : null;
}
