using Microsoft.AspNetCore.OutputCaching;
using Towncrier;
using Towncrier.Providers.Redis;
using Towncrier.Samples.News;

const string Stream = "towncrier";

var builder = WebApplication.CreateBuilder(args);
var news = builder.Configuration.GetSection("News");
if (!RedisAddress.TryParse(news["Redis"] ?? "", out var redis, out var problem)) throw new ArgumentException("News:Redis: " + problem);
var articles = new Articles(Directory.CreateDirectory(news["Data"] ?? "articles").FullName);

// The bus. What one node evicts, every node and every nginx hears of; a stream keeps it for those that are away.
builder.Services.AddSingleton<IInvalidationPublisher>(_ => new RedisPublisher(new RedisPublisherOptions { Address = redis, Stream = Stream }, TimeProvider.System));
builder.Services.AddTowncrierOutputCache(builder.Configuration.GetSection("Towncrier:OutputCache"), options => options
    .AddSource(new RedisSource(new RedisSourceOptions { Address = redis, Stream = Stream }, TimeProvider.System, new Random()))
    .AddPublisher(services => services.GetRequiredService<IInvalidationPublisher>()));
builder.Services.AddHealthChecks().AddTowncrier();

var app = builder.Build();
app.UseOutputCache();
app.MapHealthChecks("/ready");
app.MapTowncrier("/towncrier");

app.MapGet("/", (HttpContext http) => Page(http, [Tags.Front], Views.Front(articles.All()))).CacheOutput(Cached);
app.MapGet("/articles/{slug}", (HttpContext http, string slug)
    => articles.Find(slug) is { } article ? Page(http, [Tags.Of(slug)], Views.Of(article)) : Results.NotFound()).CacheOutput(Cached);
app.MapGet("/publish/{slug}", (string slug) => Html(Views.Form(articles.Find(slug) ?? new Article(slug, "", ""))));

app.MapPost("/publish/{slug}", async (string slug, HttpRequest request, IOutputCacheStore cache, CancellationToken cancel) =>
{
    if (!Articles.IsSlug(slug)) return Results.BadRequest("a name has 1 to 60 letters, digits and hyphens");
    var form = await request.ReadFormAsync(cancel);
    articles.Write(new Article(slug, form["title"].ToString(), form["text"].ToString()));
    try
    {
        // First the article, then the tags: nobody can fetch the old one again.
        foreach (var tag in (string[])[Tags.Of(slug), Tags.Front]) await cache.EvictByTagAsync(tag, cancel);
        return Results.Redirect("/articles/" + slug);
    }
    catch (IOException e)
    {
        return Results.Problem($"It is saved, but other caches may show the old article: send the form again. {e.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
});

await app.RunAsync();

static void Cached(OutputCachePolicyBuilder policy) => policy.Expire(TimeSpan.FromHours(1));

// The same tags for both caches: this node's, and nginx's, which reads them from the header.
static IResult Page(HttpContext http, string[] tags, string html)
{
    http.Features.Get<IOutputCacheFeature>()?.Context.Tags.UnionWith(tags);
    http.Response.Headers["Cache-Tag"] = string.Join(',', tags);
    http.Response.Headers.CacheControl = "public, max-age=3600";
    return Html(html);
}

static IResult Html(string html) => Results.Text(html, "text/html; charset=utf-8");
