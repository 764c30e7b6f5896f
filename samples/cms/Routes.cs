namespace Towncrier.Samples.Cms;

/// <summary>Every URL of the site. The first three are what caches keep.</summary>
internal static class Routes
{
    public static void MapCms(this WebApplication app, PageStore pages, Outbox outbox, Editor editor)
    {
        app.MapGet("/", () => new HtmlReply(200, Views.List(pages.All()), Changes.List));

        app.MapGet("/pages/{slug}", (string slug) => pages.Find(slug) is { } page
            ? new HtmlReply(200, Views.Page(page), Changes.OfPage(slug))
            : NotFound());

        app.MapGet("/tags/{tag}", (string tag) => pages.All().Where(page => page.Tags.Contains(tag)).ToList() is { Count: > 0 } tagged
            ? new HtmlReply(200, Views.TagList(tag, tagged), Changes.OfTag(tag))
            : NotFound());

        app.MapGet("/edit", (string? slug) => Page.IsName(slug)
            ? Results.Redirect("/edit/" + slug)
            : new HtmlReply(200, Views.Desk(pages.All(), outbox.State)));

        app.MapGet("/edit/{slug}", (string slug, string? saved) => Page.IsName(slug)
            ? new HtmlReply(200, Views.Form(pages.Find(slug) ?? Page.Typed(slug, "", "", []), saved is null ? null : "Saved.", outbox.State))
            : NotFound());

        app.MapPost("/edit/{slug}", (string slug, HttpRequest request) => EditAsync(slug, request, outbox, editor));

        app.MapPut("/api/pages/{slug}", async (string slug, Draft draft) =>
        {
            var page = Page.Typed(slug, draft.Title, draft.Body, draft.Tags);
            if (page.Problem() is { } problem) return Results.Problem(problem, statusCode: 400);
            await editor.SaveAsync(page);
            return Results.Ok(outbox.State);
        });

        app.MapDelete("/api/pages/{slug}", async (string slug) =>
            await editor.DeleteAsync(slug) ? Results.Ok(outbox.State) : Results.Problem("There is no such page.", statusCode: 404));
    }

    private static async Task<IResult> EditAsync(string slug, HttpRequest request, Outbox outbox, Editor editor)
    {
        // Browsers say where a form came from; that of another site has nothing to save here.
        if (request.Headers["Sec-Fetch-Site"] is [not ("same-origin" or "none")]) return Results.StatusCode(403);
        if (!request.HasFormContentType) return Results.StatusCode(415);
        var form = await request.ReadFormAsync();
        if (form.ContainsKey("delete"))
        {
            await editor.DeleteAsync(slug);
            return Results.Redirect("/edit");
        }

        var page = Page.Typed(slug, form["title"], form["body"], form["tags"].ToString().Split([' ', ',']));
        if (page.Problem() is { } problem) return new HtmlReply(400, Views.Form(page, problem, outbox.State));
        await editor.SaveAsync(page);
        return Results.Redirect($"/edit/{slug}?saved=yes");
    }

    private static HtmlReply NotFound() => new(404, Views.NotFound());

    private sealed record Draft(string? Title, string? Body, string[]? Tags);
}
