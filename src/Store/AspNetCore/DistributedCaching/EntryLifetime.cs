using System.Globalization;
using Microsoft.Extensions.Caching.Distributed;

namespace Towncrier.Store.AspNetCore.DistributedCaching;

/// <summary>How long a value is kept.</summary>
/// <param name="Until">Never longer than this.</param>
/// <param name="Sliding">And no longer than this after it was last read; null: however seldom it is read.</param>
internal readonly record struct EntryLifetime(DateTimeOffset Until, TimeSpan? Sliding)
{
    private const string SlidingField = "Towncrier-Sliding";
    private const string UntilField = "Towncrier-Until";

    // What says nothing is kept until it is evicted: longer than any disk lasts.
    private static readonly TimeSpan Forever = TimeSpan.FromDays(3650);

    /// <exception cref="ArgumentOutOfRangeException">It ends before it begins.</exception>
    public static EntryLifetime Of(DistributedCacheEntryOptions options, DateTimeOffset now)
    {
        if (options.AbsoluteExpiration <= now) throw new ArgumentOutOfRangeException(nameof(options), options.AbsoluteExpiration, "the absolute expiration must be in the future");
        var until = now + Forever;
        if (options.AbsoluteExpirationRelativeToNow is { } relative) until = relative < Forever ? now + relative : until;
        else if (options.AbsoluteExpiration is { } absolute) until = absolute;
        return new EntryLifetime(until, options.SlidingExpiration < Forever ? options.SlidingExpiration : null);
    }

    /// <summary>As it was stored; null when it does not slide.</summary>
    public static EntryLifetime? Of(IReadOnlyList<KeyValuePair<string, string>> fields)
    {
        if (fields.Count < 2 || Number(fields, SlidingField) is not { } sliding || Number(fields, UntilField) is not { } until) return null;
        return new EntryLifetime(DateTimeOffset.FromUnixTimeMilliseconds(until), TimeSpan.FromMilliseconds(sliding));
    }

    public DateTimeOffset Expires(DateTimeOffset now) => Sliding is { } window && Until - now > window ? now + window : Until;

    /// <summary>What is stored with the value, for what has to be known when it is read.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ToFields() => Sliding is { } window
        ? [new(SlidingField, Text((long)window.TotalMilliseconds)), new(UntilField, Text(Until.ToUnixTimeMilliseconds()))]
        : [];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? Number(IReadOnlyList<KeyValuePair<string, string>> fields, string name)
        => long.TryParse(fields.FirstOrDefault(field => field.Key == name).Value, CultureInfo.InvariantCulture, out var number) ? number : null;
}
