namespace Towncrier.Samples.Cms;

/// <summary>A page as people write it: plain text, with a blank line between paragraphs.</summary>
internal sealed record Page(string Slug, string Title, string Body, IReadOnlyList<string> Tags)
{
    private const int MostTags = 16;

    /// <summary>Slugs and tags: they are parts of paths, file names and cache tags, and so hold nothing that means something there.</summary>
    public static bool IsName(string? text) =>
        text is { Length: >= 1 and <= 64 } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>What people typed, with its tags in order and each once.</summary>
    public static Page Typed(string slug, string? title, string? body, IEnumerable<string>? tags) => new(
        slug, title?.Trim() ?? "", body?.ReplaceLineEndings("\n").Trim() ?? "",
        [.. (tags ?? []).Select(tag => tag.Trim().ToLowerInvariant()).Where(tag => tag.Length > 0).Distinct().Order(StringComparer.Ordinal)]);

    /// <summary>Why it cannot be saved; null when it can.</summary>
    public string? Problem() =>
        !IsName(Slug) ? "A slug is 1 to 64 letters a to z, digits and hyphens."
        : Title.Length is 0 or > 200 ? "A title has 1 to 200 characters."
        : Tags.Count > MostTags ? $"A page has at most {MostTags} tags."
        : Tags.FirstOrDefault(tag => !IsName(tag)) is { } odd ? $"\"{odd}\" is no tag: a tag is 1 to 64 letters a to z, digits and hyphens."
        : null;
}
