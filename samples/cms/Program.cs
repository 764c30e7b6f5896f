using Towncrier.Samples.Cms;

var builder = WebApplication.CreateSlimBuilder(args);
var options = builder.Configuration.GetSection("Cms").Get<CmsOptions>() ?? new CmsOptions();
if (!options.TryMakePublisher(out var publisher, out var problems))
{
    foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
    return 2;
}

var folder = Directory.CreateDirectory(Path.Combine(options.Data, "pages")).FullName;
await using var closing = publisher;
using var outbox = new Outbox(Path.Combine(options.Data, "outbox.jsonl"), options.Host, publisher);
outbox.Load();
builder.Services.AddHostedService(_ => new OutboxClerk(outbox, TimeProvider.System));
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1024 * 1024);

var app = builder.Build();
app.Use((context, next) =>
{
    context.Response.Headers.CacheControl = "no-store"; // unless an answer says otherwise
    return next();
});
var pages = new PageStore(folder);
app.MapCms(pages, outbox, new Editor(pages, outbox, options.Host));
await app.RunAsync();
return 0;
