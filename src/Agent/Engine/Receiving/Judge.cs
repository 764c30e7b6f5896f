using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Towncrier.Wire;

namespace Towncrier.Agent.Receiving;

/// <summary>
/// Decides what is let in, one check after the other, the cheapest first: readable, with a usable id, not expired. The
/// one place for a signature and an allow-list. Thread-safe; keeps nothing.
/// </summary>
internal sealed class Judge(WireLimits limits, TimeProvider clock)
{
    /// <summary>Longest id, in characters: the dedupe window holds 100,000 of them. Longer than any broker's own.</summary>
    public const int MaxIdLength = 200;

    /// <summary>
    /// Never throws. A message that is let in has an id; a refusal says what its sender must change. A message that was
    /// accepted before a restart keeps the id of then, <paramref name="knownId"/>.
    /// </summary>
    public bool TryAdmit(
        ReadOnlyMemory<byte> body, [NotNullWhen(true)] out Invalidation? message, out Refusal refusal, string? knownId = null)
    {
        message = null;
        if (!InvalidationJson.TryDecode(body.Span, limits, out var decoded, out refusal)) return false;
        return TryAdmit(knownId is null ? decoded : decoded with { Id = knownId }, out message, out refusal);
    }

    /// <summary>As above, for a message that is decoded already.</summary>
    public bool TryAdmit(Invalidation decoded, [NotNullWhen(true)] out Invalidation? message, out Refusal refusal)
    {
        message = null;
        refusal = default;
        var now = clock.GetUtcNow();
        if (decoded.Id?.Length > MaxIdLength)
        {
            refusal = new Refusal(RefusalReason.InvalidValue,
                string.Create(CultureInfo.InvariantCulture, $"the id has {decoded.Id.Length} characters; at most {MaxIdLength} are allowed"));
            return false;
        }

        if (decoded.Expires < now)
        {
            refusal = new Refusal(RefusalReason.Expired, string.Create(CultureInfo.InvariantCulture,
                $"it expired {(now - decoded.Expires.Value).TotalSeconds:0.###} s ago, at {decoded.Expires.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} by this host's clock"));
            return false;
        }

        message = string.IsNullOrEmpty(decoded.Id) ? decoded with { Id = MakeId(now) } : decoded;
        return true;
    }

    // Sorts by time, so that ids in a log can be told apart by eye and put in order.
    private static string MakeId(DateTimeOffset now) => Guid.CreateVersion7(now).ToString("N");
}
