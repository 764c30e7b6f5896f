namespace Towncrier.Samples.Cms;

/// <summary>What visitors and authors see.</summary>
internal static class Views
{
    public static Html List(IReadOnlyList<Page> pages) => Layout("All pages", Links(pages));

    public static Html TagList(string tag, IReadOnlyList<Page> pages) => Layout("Pages tagged " + tag, Links(pages));

    public static Html Page(Page page) => Layout(page.Title, Html.Of(
        $"""
        {Html.Each(page.Body.Split("\n\n"), text => Html.Of($"<p>{text}</p>"))}
        <p>{Html.Each(page.Tags, tag => Html.Of($"<a href=\"/tags/{tag}\">#{tag}</a> "))}</p>
        """));

    public static Html Desk(IReadOnlyList<Page> pages, OutboxState outbox) => Layout("Edit", Html.Of(
        $"""
        {Notice(null, outbox)}
        <ul>{Html.Each(pages, page => Html.Of($"<li><a href=\"/edit/{page.Slug}\">{page.Title}</a></li>"))}</ul>
        <form><label>New page, as in its address: <input name="slug" required pattern="[a-z0-9\-]+"></label> <button>Write</button></form>
        """));

    public static Html Form(Page page, string? said, OutboxState outbox) => Layout("Edit " + page.Slug, Html.Of(
        $"""
        {Notice(said, outbox)}
        <form method="post">
        <p><label>Title<br><input name="title" size="60" value="{page.Title}"></label></p>
        <p><label>Text<br><textarea name="body" cols="60" rows="12">
        {page.Body}</textarea></label></p>
        <p><label>Tags<br><input name="tags" size="60" value="{string.Join(' ', page.Tags)}"></label></p>
        <p><button>Save</button> <button name="delete" value="yes">Delete</button></p>
        </form>
        <p><a href="/pages/{page.Slug}">See it</a> <a href="/edit">All pages</a></p>
        """));

    public static Html NotFound() => Layout("Not found", Html.Of($"<p>There is no such page.</p>"));

    private static Html Notice(string? said, OutboxState outbox) => Html.Of(
        $"{(said is null ? null : Html.Of($"<p><strong>{said}</strong></p>"))}{(outbox.Waiting == 0 ? null : Waiting(outbox))}");

    private static Html Waiting(OutboxState outbox) => Html.Of(
        $"<p role=\"alert\">Visitors may see old pages for now: {outbox.Waiting} messages to the caches wait to be sent. {outbox.Problem}</p>");

    private static Html Links(IReadOnlyList<Page> pages) =>
        Html.Of($"<ul>{Html.Each(pages, page => Html.Of($"<li><a href=\"/pages/{page.Slug}\">{page.Title}</a></li>"))}</ul>");

    private static Html Layout(string title, Html content) => Html.Of(
        $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>{title}</title></head>
        <body>
        <p><a href="/">All pages</a></p>
        <h1>{title}</h1>
        {content}
        </body>
        </html>
        """);
}
