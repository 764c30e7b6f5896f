using System.Text;
using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Providers.Redis;

namespace Towncrier.Host.Publishing;

/// <summary>Where messages go and where their receipts come from; made from flags and configuration.</summary>
internal sealed record PublishPlan(RedisPublisherOptions To, RedisSourceOptions? Receipts, MessageSigner? Signer)
{
    /// <summary>Null with at least one problem.</summary>
    public static PublishPlan? Make(PublishRequest request, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        var (fleet, found) = AgentOptionsReader.ReadFleet(request.Config, environment);
        problems.AddRange(found);
        if (fleet is null) return null;
        var to = Publisher(request, fleet, problems);
        if (to is null) return null;
        if (request.Channel is { } channel) to = to with { Channel = channel, Stream = request.Stream };
        else if (request.Stream is { } stream) to = to with { Stream = stream, Channel = null };
        var receipts = ReceiptsOf(request, fleet, to);
        if (request.Wait && receipts is null)
            problems.Add(new ConfigProblem("--wait", "nothing says where receipts are read", "Write 'receipts:' in the configuration, as the agents have it, or give --receipts STREAM"));
        var signer = SignerOf(request, problems);
        return problems.Count == 0 ? new PublishPlan(to, request.Wait ? receipts : null, signer) : null;
    }

    private static RedisPublisherOptions? Publisher(PublishRequest request, FleetOptions fleet, List<ConfigProblem> problems)
    {
        if (request.RedisUrl is { } url)
        {
            if (RedisAddress.TryParse(url, out var address, out var problem)) return new RedisPublisherOptions { Address = address, Channel = VarnishTowncrier.DefaultChannel };
            problems.Add(new ConfigProblem("--redis", problem, "Write an address such as redis://127.0.0.1:6379/0"));
            return null;
        }

        if (request.To is { } name)
        {
            if (fleet.Publishers.TryGetValue(name, out var named)) return named;
            problems.Add(new ConfigProblem("--to", $"there is no publisher '{name}'", $"Known are: {string.Join(", ", fleet.Publishers.Keys.DefaultIfEmpty("none"))}"));
            return null;
        }

        if (fleet.Publishers.Count > 1)
            problems.Add(new ConfigProblem("--to", "several publishers are configured", $"Choose one of {string.Join(", ", fleet.Publishers.Keys)}"));
        else if (fleet.Publishers.Count == 1)
            return fleet.Publishers.Values.First();
        else if (fleet.Redis.Count > 0)
            return Back(fleet.Redis[0].Options);
        else
            problems.Add(new ConfigProblem("--config", "nothing says where to publish", "Give --redis URL, or a configuration with 'publishers:', or with the 'redis:' of varnish-towncrier"));
        return null;
    }

    // What an agent with this configuration listens to; the stream first, for it keeps what is sent.
    private static RedisPublisherOptions Back(RedisSourceOptions source) => source.Stream is { } stream
        ? new RedisPublisherOptions { Address = source.Address, Password = source.Password, Stream = stream }
        : new RedisPublisherOptions { Address = source.Address, Password = source.Password, Channel = source.Channels[0] };

    private static RedisSourceOptions? ReceiptsOf(PublishRequest request, FleetOptions fleet, RedisPublisherOptions to)
    {
        if (request.ReceiptsStream is { } stream) return new RedisSourceOptions { Address = to.Address, Password = to.Password, Stream = stream };
        return fleet.Receipts is not { } receipts ? null : receipts.Stream is { } kept
            ? new RedisSourceOptions { Address = receipts.Address, Password = receipts.Password, Stream = kept }
            : new RedisSourceOptions { Address = receipts.Address, Password = receipts.Password, Channels = [receipts.Channel!] };
    }

    private static MessageSigner? SignerOf(PublishRequest request, List<ConfigProblem> problems)
    {
        if (request.SignKey is null && request.SecretFile is null) return null;
        if (request.SignKey is not { } key || request.SecretFile is not { } file)
        {
            problems.Add(new ConfigProblem("--sign-key", "a signature needs both a key and its secret", "Give --sign-key ID and --secret-file FILE"));
            return null;
        }

        return SecretFile.Read(new Sourced<string>(file, "--secret-file"), "secret", problems) is { } secret ? new MessageSigner(key, Encoding.UTF8.GetBytes(secret)) : null;
    }
}
