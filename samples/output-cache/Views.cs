using System.Net;

namespace Towncrier.Samples.News;

/// <summary>The pages. What was typed is encoded.</summary>
internal static class Views
{
    public static string Front(IReadOnlyList<Article> articles)
        => Layout("News", string.Concat(articles.Select(article => $"<li><a href=\"/articles/{article.Slug}\">{Encoded(article.Title)}</a></li>")));

    public static string Of(Article article) => Layout(article.Title, $"<p>{Encoded(article.Text)}</p><p><a href=\"/\">All news</a></p>");

    public static string Form(Article article) => Layout("Publish " + article.Slug,
        $"""
        <form method="post">
        <p><input name="title" size="60" value="{Encoded(article.Title)}"></p>
        <p><textarea name="text" cols="60" rows="12">
        {Encoded(article.Text)}</textarea></p>
        <p><button>Publish</button></p>
        </form>
        """);

    private static string Layout(string title, string content)
        => $"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{Encoded(title)}</title></head><body><h1>{Encoded(title)}</h1>{content}</body></html>""";

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
