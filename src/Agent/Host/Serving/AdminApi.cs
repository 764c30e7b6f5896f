using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Providers.Http;

namespace Towncrier.Host.Serving;

/// <summary>What a running agent answers besides taking in messages: how it is, what it holds, what it has done.</summary>
internal static class AdminApi
{
    private const int MostEntries = 10_000;

    public static void Map(IEndpointRouteBuilder routes, CacheAgent agent, string version, ILogger logger)
    {
        var view = agent.Looking;
        LimitsApi.Map(routes, agent.Governing, logger);
        Get("/healthz", _ => Results.Text("ok\n"));
        Get("/readyz", _ => Ready(view.Unready()));
        Get("/metrics", _ => Results.Text(agent.Metrics(), "text/plain; version=0.0.4; charset=utf-8"));
        Get("/v1/status", _ => Results.Json(StatusOf(view, version), Json.Options));
        Get("/v1/invalidations/{**id}", http => Report(view, http));
        Get("/v1/entries", http => Entries(view, http.Request));
        Get("/v1/explain", http => Explain(view, http.Request.Query["url"].ToString()));

        // As a plain RequestDelegate: a handler of any other shape is compiled at the start, which takes a tenth of a second
        // and megabytes that an idle agent then keeps.
        void Get(string path, Func<HttpContext, IResult> answer)
            => routes.MapGet(path, (RequestDelegate)(http => answer(http).ExecuteAsync(http)));
    }

    /// <summary>The id that a request for a report names. From the raw target: routing would leave an escaped slash of it as it is.</summary>
    public static string IdOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var at = target.IndexOf(HttpSource.Path, StringComparison.OrdinalIgnoreCase);
        return Uri.UnescapeDataString(target[Math.Min(target.Length, Math.Max(at, 0) + HttpSource.Path.Length + 1)..]);
    }

    private static IResult Report(AgentView view, HttpContext http)
    {
        var id = IdOf(http);
        if (!view.TryGetReport(id, out var report)) return Problem(404, $"no invalidation with the id '{id}' is remembered here");
        var body = JsonSerializer.SerializeToNode(report, Json.Options)!.AsObject();
        body["milliseconds"] = Math.Round(report.Milliseconds, 3);
        if (!report.DryRun) body.Remove("dry_run");
        if (report.Targets.Count == 0) body.Remove("targets");
        return Results.Json(body, Json.Options);
    }

    /// <summary>503 with the reasons, when there are some.</summary>
    public static IResult Ready(IReadOnlyList<string> reasons)
        => reasons.Count == 0 ? Results.Text("ready\n") : Results.Text(string.Join('\n', reasons) + "\n", statusCode: 503);

    private static object StatusOf(AgentView view, string version) => new
    {
        Version = version,
        Ready = view.Unready().Count == 0,
        FenceSeconds = view.Fence.TotalSeconds,
        Caches = view.Caches(),
        Sources = view.Sources(),
    };

    private static IResult Entries(AgentView view, HttpRequest request)
    {
        string? Of(string name) => request.Query.TryGetValue(name, out var value) && value.Count > 0 && value[0]!.Length > 0 ? value[0] : null;
        var limit = 100;
        if (Of("limit") is { } text && (!int.TryParse(text, out limit) || limit is < 1 or > MostEntries))
            return Problem(400, $"limit must be a number from 1 to {MostEntries}");
        var query = new EntryQuery(Of("host"), Of("uri"), Of("tag"), Of("prefix"), Of("wildcard"), Of("regex"), limit + 1);
        var entries = view.Entries(query, out var problem);
        return problem is null
            ? Results.Json(new { Entries = entries.Take(limit).Select(EntryLine.Of), Truncated = entries.Count > limit }, Json.Options)
            : Problem(400, problem);
    }

    private static IResult Explain(AgentView view, string url)
    {
        if (url.Length == 0) return Problem(400, "the query needs url=, an absolute URL or a path");
        if (view.Explain(url, out var problem) is not { } explanation) return Problem(400, "url: " + problem);
        return Results.Json(
            new { explanation.Url, explanation.Cached, Entries = explanation.Entries.Select(EntryLine.Of), explanation.Invalidations },
            Json.Options);
    }

    public static IResult Problem(int status, string detail) => Results.Problem(detail: detail, statusCode: status);
}
