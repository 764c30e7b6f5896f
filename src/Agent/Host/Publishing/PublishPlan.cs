using System.Text;
using Towncrier.Host.Configuring;
using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Publishing;

/// <summary>Where messages go and where their receipts come from; made from flags and configuration.</summary>
internal sealed record PublishPlan(PublisherInput To, ReceiptsInput? Receipts, MessageSigner? Signer)
{
    /// <summary>Null with at least one problem.</summary>
    public static PublishPlan? Make(PublishRequest request, IReadOnlyDictionary<string, string> environment, List<ConfigProblem> problems)
    {
        var (fleet, found) = AgentOptionsReader.ReadFleet(request.Config, environment);
        problems.AddRange(found);
        if (fleet is null) return null;
        var to = Publisher(request, fleet, problems);
        if (to is null) return null;
        to = RedisFlags.Redirected(request, to, problems);
        var receipts = request.ReceiptsStream is { } stream ? RedisFlags.Receipts(stream, to, problems) : fleet.Receipts?.Receipts;
        if (request.Wait && receipts is null && problems.Count == 0)
            problems.Add(new ConfigProblem("--wait", "nothing says where receipts are read", "Write 'receipts:' in the configuration, as the agents have it, or give --receipts STREAM"));
        var signer = SignerOf(request, problems);
        return problems.Count == 0 ? new PublishPlan(to, request.Wait ? receipts : null, signer) : null;
    }

    private static PublisherInput? Publisher(PublishRequest request, FleetOptions fleet, List<ConfigProblem> problems)
    {
        if (request.RedisUrl is { } url) return RedisFlags.At(url, problems);
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
        else if (fleet.Sources.Select(source => source.Back).FirstOrDefault(back => back is not null) is { } back)
            return back;
        else
            problems.Add(new ConfigProblem("--config", "nothing says where to publish", "Give --redis URL, or a configuration with 'publishers:', with a source, or with the 'redis:' of varnish-towncrier"));
        return null;
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
