using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Agent.Governing;
using Towncrier.Host.Commands;
using Towncrier.Host.Configuring;

namespace Towncrier.Host.Serving;

/// <summary>The caches' limits over HTTP: GET tells them, POST changes some until the next reload or restart.</summary>
internal static class LimitsApi
{
    public const string Path = "/v1/limits";

    public static void Map(IEndpointRouteBuilder routes, GovernedCaches caches, ILogger logger)
    {
        routes.MapGet(Path, (RequestDelegate)(http => Results.Json(Told(caches, null), Json.Options).ExecuteAsync(http)));
        routes.MapPost(Path, (RequestDelegate)(async http => await (await ChangeAsync(http, caches, logger).ConfigureAwait(false)).ExecuteAsync(http).ConfigureAwait(false)));
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, GovernedCaches caches, ILogger logger)
    {
        // A page in somebody's browser can post text and forms to loopback, and not this without being asked first.
        if (http.Request.ContentType?.Split(';')[0].Trim() is not "application/json") return AdminApi.Problem(415, "send application/json");
        JsonDocument body;
        try
        {
            body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return AdminApi.Problem(400, "the body is not JSON");
        }

        using (body)
        {
            if (Read(body.RootElement, out var cache, out var settings) is { } wrong) return AdminApi.Problem(400, wrong);
            if (cache is not null && caches.Of(cache) is null) return AdminApi.Problem(404, $"'{cache}' is no cache of this agent, which has {string.Join(", ", caches.Paths)}");
            return Change(caches, cache is null ? caches.Paths : [cache], settings, logger);
        }
    }

    /// <summary>All or nothing: every setting is read for every cache before the first is changed.</summary>
    private static IResult Change(GovernedCaches caches, IReadOnlyList<string> paths, IReadOnlyList<(string Key, string Text)> settings, ILogger logger)
    {
        var wanted = new List<(string Path, CacheLimits Before, CacheLimits After)>();
        foreach (var path in paths)
        {
            var (before, after) = (caches.Of(path)!, caches.Of(path)!);
            foreach (var (key, text) in settings)
            {
                if (LimitWords.With(after, key, text, out var problem, out var remedy) is not { } changed) return AdminApi.Problem(400, $"{problem}. {remedy}");
                after = changed;
            }

            wanted.Add((path, before, after));
        }

        foreach (var (path, before, after) in wanted)
        {
            caches.TrySet(path, after);
            foreach (var (key, old, now) in Reloading.Changes(before, after)) HostLog.LimitSet(logger, path, key, old, now);
        }

        return Results.Json(Told(caches, wanted.Select(one => (one.Path, Changes: Reloading.Changes(one.Before, one.After).ToArray())).ToDictionary(one => one.Path, one => one.Changes)), Json.Options);
    }

    private static string? Read(JsonElement body, out string? cache, out List<(string Key, string Text)> settings)
    {
        (cache, settings) = (null, []);
        const string Shape = "write {\"set\":{\"disk_limit\":\"0.9\"}}, with \"cache\":\"PATH\" for one cache alone";
        if (body.ValueKind != JsonValueKind.Object) return Shape;
        foreach (var part in body.EnumerateObject())
        {
            if (part.Name == "cache" && part.Value.ValueKind is JsonValueKind.String) cache = part.Value.GetString();
            else if (part.Name == "cache" && part.Value.ValueKind is JsonValueKind.Null) cache = null;
            else if (part.Name == "set" && part.Value.ValueKind is JsonValueKind.Object)
                settings.AddRange(part.Value.EnumerateObject().Select(setting => (setting.Name, setting.Value.ValueKind == JsonValueKind.String ? setting.Value.GetString()! : setting.Value.GetRawText())));
            else return Shape;
        }

        return settings.Count == 0 ? Shape : null;
    }

    private static object Told(GovernedCaches caches, Dictionary<string, (string Key, string Old, string New)[]>? changes) => new
    {
        Caches = caches.Paths.Where(path => changes is null || changes.ContainsKey(path)).Select(path => new
        {
            Path = path,
            Limits = LimitWords.Write(caches.Of(path)!).ToDictionary(),
            Changed = changes?[path].Select(change => new { change.Key, change.Old, change.New }),
        }),
    };
}
