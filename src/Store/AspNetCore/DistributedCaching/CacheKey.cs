using Towncrier.Wire;

namespace Towncrier.Store.AspNetCore.DistributedCaching;

/// <summary>What a value is stored under: <c>cache:</c> and the application's key, with line breaks and the like percent-encoded as in tags. That is the key by which it is removed from elsewhere.</summary>
internal static class CacheKey
{
    /// <exception cref="ArgumentException">It is empty, longer than 32 KiB, or holds half a surrogate pair.</exception>
    public static ObjectKey Of(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var text = "cache:" + TagText.Encode(key);
        return ValueRules.Problem(InvalidationCommand.Key, text, WireLimits.Default) is { } problem ? throw new ArgumentException(problem, nameof(key)) : new ObjectKey(text);
    }
}
