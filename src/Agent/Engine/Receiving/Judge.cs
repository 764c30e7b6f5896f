using System.Globalization;
using Towncrier.Wire;

namespace Towncrier.Agent.Receiving;

/// <summary>What becomes of a message.</summary>
internal enum Verdict
{
    Admitted,

    /// <summary>Nobody's mistake: its audience is elsewhere.</summary>
    NotForUs,

    Refused,
}

/// <summary>
/// Decides what is let in, one check after the other: readable, with a usable id, not expired, signed where that is asked
/// for, allowed, and meant for this host. The one place for signatures and allow-lists. Thread-safe; keeps nothing.
/// </summary>
internal sealed class Judge(WireLimits limits, AdmissionPolicy policy, TimeProvider clock)
{
    /// <summary>Longest id, in characters: the dedupe window holds 100,000 of them. Longer than any broker's own.</summary>
    public const int MaxIdLength = 200;

    private readonly Dictionary<string, SenderKey> _keys = policy.Keys.ToDictionary(key => key.Id, StringComparer.Ordinal);

    public WireLimits Limits => limits;

    /// <summary>
    /// Never throws. A message that is let in has an id, the one it brings, the envelope's, the transport's, or a new one,
    /// and is held to the hosts its sender may invalidate. A refusal says what its sender must change; the message is
    /// then as it was decoded, if it could be, and else has its id at most.
    /// </summary>
    /// <param name="kind">The kind of source it came from.</param>
    public Verdict Decide(OpenedMessage opened, string kind, out Invalidation message, out Refusal refusal)
    {
        message = Nothing;
        refusal = opened.Problem ?? default;
        if (opened.Problem is not null) return Verdict.Refused;
        if (!InvalidationJson.TryDecode(opened.Body.Span, limits, out var decoded, out refusal))
        {
            message = Nothing with { Id = InvalidationJson.IdOf(opened.Body.Span, limits) };
            return Verdict.Refused;
        }

        decoded = decoded with { Id = string.IsNullOrEmpty(decoded.Id) ? opened.Id : decoded.Id, Issued = decoded.Issued ?? opened.Issued };
        var now = clock.GetUtcNow();
        var problem = Expired(decoded, now);
        if (problem is null) (decoded, problem) = Hold(decoded, opened.Body, kind, now);
        problem ??= TooLong(decoded.Id);
        refusal = problem ?? default;
        message = decoded;
        if (problem is not null) return Verdict.Refused;
        if (string.IsNullOrEmpty(decoded.Id)) message = decoded with { Id = MakeId(now) };
        return policy.ForEveryAudience || Audience.Includes(message.Audience, policy.Labels) ? Verdict.Admitted : Verdict.NotForUs;
    }

    /// <summary>
    /// A message that was let in before a restart, under the id of then. Neither its age nor its signature is judged
    /// again: it is owed. The hosts it is held to are those of today's configuration.
    /// </summary>
    public bool TryReadmit(ReadOnlyMemory<byte> body, string id, string source, out Invalidation message, out Refusal refusal)
    {
        message = Nothing;
        if (!InvalidationJson.TryDecode(body.Span, limits, out var decoded, out refusal)) return false;
        var (held, problem) = Hold(decoded, body, source.Split(':')[0], now: null);
        refusal = problem ?? default;
        message = held with { Id = id };
        return problem is null;
    }

    private static readonly Invalidation Nothing = new() { Command = InvalidationCommand.Purge, Values = [] };

    private static Refusal? Expired(Invalidation message, DateTimeOffset now) => message.Expires is not { } end || end >= now
        ? null
        : new Refusal(RefusalReason.Expired, string.Create(CultureInfo.InvariantCulture,
            $"it expired {(now - end).TotalSeconds:0.###} s ago, at {end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} by this host's clock"));

    private static Refusal? TooLong(string? id) => id is null || id.Length <= MaxIdLength
        ? null
        : new Refusal(RefusalReason.InvalidValue, $"the id has {id.Length} characters; at most {MaxIdLength} are allowed");

    /// <summary>Finds the sender's key and holds the message to what both the agent and the key allow.</summary>
    private (Invalidation Message, Refusal? Problem) Hold(Invalidation message, ReadOnlyMemory<byte> body, string kind, DateTimeOffset? now)
    {
        if (kind == policy.OwnSource) return (message, null);
        var problem = Sender(body, kind, now, out var key);
        problem ??= NotAllowed(message.Command, policy.Commands, "this agent") ?? NotAllowed(message.Command, key?.Commands ?? [], $"the key {key?.Id}");
        if (problem is not null) return (message, problem);
        var hosts = HostLimits.Both(policy.Hosts, key?.Hosts ?? []);
        if (hosts is not null && message.Host is { } host && !HostLimits.Covers(hosts, host))
            return (message, new Refusal(RefusalReason.NotAllowed, $"the host {host} is not one of those allowed here{(key is null ? "" : $" for the key {key.Id}")}: {string.Join(", ", hosts)}"));
        return (message with { HeldTo = hosts, ScopedToHost = message.ScopedToHost || (policy.ScopeTagsByHost && message.Host is not null) }, null);
    }

    private Refusal? Sender(ReadOnlyMemory<byte> body, string kind, DateTimeOffset? now, out SenderKey? key)
    {
        key = null;
        if (_keys.Count == 0) return null;
        var state = MessageSignature.Check(body.Span, id => _keys.TryGetValue(id, out var known) ? known.Secret : null, out var keyId, out var wrong);
        if (state == SignatureState.Good) key = _keys[keyId!];
        if (state == SignatureState.Bad) return new Refusal(RefusalReason.BadSignature, wrong ?? "the signature does not fit the message");
        if (state == SignatureState.Absent && !policy.UnsignedSources.Contains(kind))
            return new Refusal(RefusalReason.MissingSignature, $"it is not signed, and this agent takes signed messages only; sign it with one of the keys {string.Join(", ", _keys.Keys)}");
        return key?.Expires is { } end && now > end
            ? new Refusal(RefusalReason.BadSignature, $"the key {key.Id} is no longer good since {end.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}; sign with a newer one")
            : null;
    }

    private static Refusal? NotAllowed(InvalidationCommand command, IReadOnlyList<InvalidationCommand> allowed, string who)
        => allowed.Count == 0 || allowed.Contains(command) ? null : new Refusal(
            RefusalReason.NotAllowed, $"{who} does not allow the command {CommandNames.Of(command)}; allowed are {string.Join(", ", allowed.Select(CommandNames.Of))}");

    // Sorts by time, so that ids in a log can be told apart by eye and put in order.
    private static string MakeId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");
}
