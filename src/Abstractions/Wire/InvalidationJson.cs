using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Wire;

/// <summary>The common protocol: one JSON object per message, a superset of varnish-towncrier's.</summary>
public static class InvalidationJson
{
    /// <summary>Decodes one message. Pure; never throws; a refusal says what is wrong with it.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> body, WireLimits limits, [NotNullWhen(true)] out Invalidation? message, out Refusal refusal)
    {
        message = null;
        refusal = new Refusal(RefusalReason.Malformed, "not decoded");
        return false;
    }
}
