using System.Globalization;
using System.Text.Encodings.Web;

namespace Towncrier.Samples.Cms;

/// <summary>Markup. Whatever stands in a hole of it is encoded, unless it is markup itself: what was typed cannot become markup.</summary>
internal sealed class Html
{
    private readonly string _text;

    private Html(string text) => _text = text;

    public static Html Of(FormattableString markup) =>
        new(string.Format(CultureInfo.InvariantCulture, markup.Format, [.. markup.GetArguments().Select(Encode)]));

    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> markup) => new(string.Concat(items.Select(markup)));

    public override string ToString() => _text;

    private static object Encode(object? value) =>
        value as Html ?? (object)HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
}

/// <summary>
/// An HTML answer. With tags, shared caches may keep it for an hour, and the tags say what it was made from; without, nobody
/// keeps it.
/// </summary>
internal sealed record HtmlReply(int Status, Html Body, params string[] Tags) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        if (Tags.Length > 0)
        {
            response.Headers.CacheControl = "public, max-age=3600";
            response.Headers["Cache-Tag"] = string.Join(',', Tags);
        }

        return response.WriteAsync(Body.ToString(), httpContext.RequestAborted);
    }
}
