namespace Towncrier.Samples.Cms;

/// <summary>
/// What a save has to say to the caches. A response is tagged with what it was made from, a save names the tags of what it
/// changed, and both take the words from here: they are what must not drift apart.
/// </summary>
internal static class Changes
{
    /// <summary>On the list of all pages.</summary>
    public const string List = "list";

    /// <summary>On whatever shows this page's text, under any URL: <c>/pages/a?from=mail</c> is another URL, and the same page.</summary>
    public static string OfPage(string slug) => "page-" + slug;

    /// <summary>On the list of the pages with a tag.</summary>
    public static string OfTag(string tag) => "tag-" + tag;

    /// <summary>The messages of one save or deletion.</summary>
    /// <param name="host">The public site; null when there is only one.</param>
    /// <param name="before">The page as it was; null when it is new.</param>
    /// <param name="after">The page as it is; null when it is deleted.</param>
    public static IReadOnlyList<Invalidation> Between(string? host, string slug, Page? before, Page? after)
    {
        // The lists it has left show it still, and the lists it has joined do not show it yet.
        var tags = (before?.Tags ?? []).Union(after?.Tags ?? []);
        return new InvalidationBuilder { Host = host, Source = "cms" }
            .PurgeUrl("/pages/" + slug)
            .PurgeTags(OfPage(slug), List)
            .PurgeTags(tags.Select(OfTag))
            .Build();
    }

    /// <summary>When there is too much to name.</summary>
    public static IReadOnlyList<Invalidation> Everything(string? host) =>
        new InvalidationBuilder { Host = host, Source = "cms" }.PurgeAll().Build();
}
