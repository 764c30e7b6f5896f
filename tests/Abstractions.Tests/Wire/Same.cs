using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

internal static class Same
{
    /// <summary>Equal in every field; records compare lists by reference.</summary>
    public static void ShouldSayTheSameAs(this Invalidation actual, Invalidation expected)
    {
        var lists = actual.Values.SequenceEqual(expected.Values) && actual.Via.SequenceEqual(expected.Via)
            && actual.Audience.Count == expected.Audience.Count
            && actual.Audience.All(label => expected.Audience.TryGetValue(label.Key, out var values) && values.SequenceEqual(label.Value));
        if (!lists || actual with { Values = expected.Values, Via = expected.Via, Audience = expected.Audience } != expected)
            throw new InvalidOperationException($"{Encode(actual)} is not {Encode(expected)}");
    }

    private static string Encode(Invalidation message) => System.Text.Encoding.UTF8.GetString(InvalidationJson.Encode(message));
}
