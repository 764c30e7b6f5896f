using System.Text;
using System.Text.Json;

namespace Towncrier.Samples.News;

/// <summary>What was made of an article is tagged with it, and an edit of it evicts the tag: both take the words from here.</summary>
internal static class Tags
{
    public const string Front = "front-page";

    public static string Of(string slug) => "article-" + slug;
}

internal sealed record Article(string Slug, string Title, string Text);

/// <summary>The articles, a file each, in a folder that all nodes share; a real site has a database.</summary>
internal sealed class Articles(string folder)
{
    public static bool IsSlug(string slug) => slug.Length is > 0 and <= 60 && slug.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    public IReadOnlyList<Article> All() => [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file => Find(Path.GetFileNameWithoutExtension(file))).OfType<Article>()];

    public Article? Find(string slug) => IsSlug(slug) && File.Exists(PathOf(slug)) ? JsonSerializer.Deserialize<Article>(File.ReadAllText(PathOf(slug))) : null;

    /// <summary>A reader sees the old article or the new one.</summary>
    public void Write(Article article)
    {
        var unfinished = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllText(unfinished, JsonSerializer.Serialize(article), Encoding.UTF8);
        File.Move(unfinished, PathOf(article.Slug), overwrite: true);
    }

    private string PathOf(string slug) => Path.Combine(folder, slug + ".json");
}
