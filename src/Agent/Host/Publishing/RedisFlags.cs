using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Providers.Redis;

namespace Towncrier.Host.Publishing;

/// <summary>The flags of <c>publish</c> that only Redis has: --redis, --channel, --stream and --receipts.</summary>
internal static class RedisFlags
{
    /// <summary>A Redis that no configuration names; null with a problem added.</summary>
    public static PublisherInput? At(string url, List<ConfigProblem> problems)
    {
        if (RedisAddress.TryParse(url, out var address, out var problem))
            return RedisInputs.Publisher(new RedisPublisherOptions { Address = address, Channel = VarnishTowncrier.DefaultChannel });
        problems.Add(new ConfigProblem("--redis", problem, "Write an address such as redis://127.0.0.1:6379/0"));
        return null;
    }

    /// <summary>The same Redis, but the channel and stream of the flags.</summary>
    public static PublisherInput Redirected(PublishRequest request, PublisherInput to, List<ConfigProblem> problems)
    {
        if (request.Channel is null && request.Stream is null) return to;
        var flag = request.Channel is null ? "--stream" : "--channel";
        if (Redis(flag, to, problems) is not { } options) return to;
        return RedisInputs.Publisher(options with { Channel = request.Channel, Stream = request.Stream });
    }

    /// <summary>Receipts in a stream of the same Redis; null with a problem added.</summary>
    public static ReceiptsInput? Receipts(string stream, PublisherInput to, List<ConfigProblem> problems)
        => Redis("--receipts", to, problems) is { } options ? RedisInputs.Kept(options, stream) : null;

    private static RedisPublisherOptions? Redis(string flag, PublisherInput to, List<ConfigProblem> problems)
    {
        if (to.Options is RedisPublisherOptions options) return options;
        problems.Add(new ConfigProblem(flag, $"this is for a redis, and messages are sent to {to.Kind}: {to.Shown}", $"Leave out {flag}, and write what is meant in the configuration"));
        return null;
    }
}
