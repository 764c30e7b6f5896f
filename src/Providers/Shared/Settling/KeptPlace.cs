namespace Towncrier.Providers;

/// <summary>A queue or subscription that keeps one host's messages, as far as gaps are concerned.</summary>
/// <param name="Noun">What people call it.</param>
/// <param name="IsNew">It was made just now: nothing that was published before is in it.</param>
/// <param name="Retention">How long it keeps messages; null when the broker may not be asked.</param>
/// <param name="Made">When it was made; null when the broker may not be asked. One of the same name that was made at another time is another.</param>
internal sealed record KeptPlace(string Noun, bool IsNew, TimeSpan? Retention, DateTimeOffset? Made);
