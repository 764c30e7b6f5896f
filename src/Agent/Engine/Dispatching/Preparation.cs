using Towncrier.Agent.Matching;
using Towncrier.Wire;

namespace Towncrier.Agent.Dispatching;

/// <summary>A message made ready for this host: compiled for each cache, and cut down to what targets may be asked for.</summary>
/// <param name="Values">Each value, with what is wrong with it on the caches.</param>
/// <param name="PerCache">In the order of the caches.</param>
/// <param name="ForTargets">The message with the values that targets shall judge themselves; null when none is left.</param>
internal sealed record Preparation(IReadOnlyList<CompiledValue> Values, CompiledMessage[] PerCache, Invalidation? ForTargets)
{
    /// <summary>
    /// False when not one value can be applied anywhere. What only the caches cannot do, such as a regular expression
    /// that needs backtracking, is left to targets where there are any.
    /// </summary>
    /// <param name="at">When the message came, if that was before now: a ban's ages are as of then.</param>
    public static bool TryMake(
        Invalidation message, IReadOnlyList<Cache> caches, bool hasTargets, WireLimits limits, DateTimeOffset? at, out Preparation prepared, out Refusal refusal)
    {
        string? ProblemOf(string value) => ValueRules.Problem(message.Command, value, limits) ?? HostScope.ProblemOf(message, value);
        var perCache = caches.Select(cache => cache.Compile(message, ProblemOf, at)).ToArray();
        IReadOnlyList<CompiledValue> values = perCache.Length > 0 ? perCache[0].Values
            : [.. message.Values.DefaultIfEmpty("").Select(value => new CompiledValue(null, message.Values.Count == 0 ? null : ProblemOf(value)))];
        var forTargets = hasTargets ? Sound(message, ProblemOf) : null;
        prepared = new Preparation(values, perCache, forTargets);
        refusal = default;
        if (forTargets is not null || !values.All(value => value.Error is not null)) return true;
        refusal = new Refusal(RefusalReason.InvalidValue, string.Join("; ", values.Select(value => value.Error).Distinct().Take(3)));
        return false;
    }

    private static Invalidation? Sound(Invalidation message, Func<string, string?> problemOf)
    {
        if (message.Values.Count == 0) return message;
        string[] sound = [.. message.Values.Where(value => problemOf(value) is null)];
        return sound.Length == 0 ? null : message with { Values = sound };
    }
}
