using System.Net;
using System.Text;
using System.Text.Json;
using Towncrier.Wire;

namespace Towncrier.Providers.Http.Tests;

/// <summary>What the agent does to a delivery, and what a test says about a response.</summary>
internal static class Play
{
    public static InvalidationReport Report(string id, long files = 2) => new()
    {
        Id = id,
        State = InvalidationState.Applied,
        Matched = files + 1,
        Purged = files,
        Bytes = files * 100,
        Outcomes = new Dictionary<string, long> { ["purged"] = files, ["already_gone"] = 1 },
        Values = [new ValueReport("/x", files + 1, files, null)],
        Milliseconds = files + 0.12345,
    };

    public static string Text(this Delivery delivery) => Encoding.UTF8.GetString(delivery.Body.Span);

    public static Invalidation Message(this Delivery delivery)
    {
        InvalidationJson.TryDecode(delivery.Body.Span, WireLimits.Default, out var message, out var refusal).ShouldBeTrue(refusal.Message);
        return message.ShouldNotBeNull();
    }

    public static async Task ApplyAsync(this Delivery delivery, string id, long files = 2)
    {
        await delivery.AcceptAsync(id, CancellationToken.None);
        await delivery.CompleteAsync(Report(id, files), CancellationToken.None);
    }

    public static ValueTask RejectAsync(this Delivery delivery, string words, RefusalReason reason = RefusalReason.UnknownCommand) =>
        delivery.RejectAsync(new Refusal(reason, words), CancellationToken.None);

    public static async Task<JsonElement> ShouldBeAsync(this Task<HttpResponseMessage> answer, HttpStatusCode status)
    {
        using var response = await answer.WaitAsync(Site.Deadline);
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        response.Content.Headers.ContentType!.ToString().ShouldBe((int)status < 400 ? "application/json" : "application/problem+json");
        (response.Headers.RetryAfter?.ToString()).ShouldBe(status == HttpStatusCode.ServiceUnavailable ? "1" : null);
        var json = await Site.JsonAsync(response);
        if ((int)status < 400) return json;
        json.GetProperty("type").GetString().ShouldBe("about:blank");
        json.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        json.GetProperty("status").GetInt32().ShouldBe((int)status);
        json.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        return json;
    }

    public static Task<Task<HttpResponseMessage>> FirstOfAsync(params Task<HttpResponseMessage>[] answers) =>
        Task.WhenAny(answers).WaitAsync(Site.Deadline);

    public static string? Text(this JsonElement json, string name) => json.TryGetProperty(name, out var found) ? found.GetString() : null;
}
