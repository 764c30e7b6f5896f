using System.Text;
using System.Text.Json.Nodes;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>POST /v1/invalidations on a real agent: the shapes of question and answer that other programs rely on.</summary>
public sealed class Posting : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private RunningAgent _agent = null!;
    private string _cache = "";

    public async ValueTask InitializeAsync()
    {
        _cache = GoldenCache.Fill(_folder.Of("cache"));
        _agent = await RunningAgent.StartAsync(_folder, _cache);
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Waiting_gives_the_report_and_the_id_gives_it_again()
    {
        var reply = await _agent.PostAsync("""{"command":"purge","host":"www.example.org","value":["/vary","news/42"],"id":"one/two ä","issued":"2026-01-01T00:00:00Z"}""");
        reply.Status.ShouldBe(200);
        reply.Type.ShouldBe("application/json");
        reply.Json.AsObject().Select(p => p.Key).ShouldBe(["id", "state", "matched", "purged", "bytes", "outcomes", "values", "milliseconds"]);
        ((string)reply.Json["state"]!).ShouldBe("applied");
        ((int)reply.Json["matched"]!).ShouldBe(2);
        reply.Json["outcomes"]!.ToJsonString().ShouldBe("""{"purged":2}""");
        reply.Json["values"]![0]!.ToJsonString().ShouldBe("""{"value":"/vary","matched":2,"purged":2,"error":null}""");
        ((string)reply.Json["values"]![1]!["error"]!).ShouldContain("starts with /");

        // A duplicate is answered with the first report, whatever else it says.
        var again = await _agent.PostAsync("""{"command":"purge","value":["/age"],"id":"one/two ä"}""");
        again.Text.ShouldBe(reply.Text);
        JsonNode.DeepEquals((await _agent.GetAsync("/v1/invalidations/" + Uri.EscapeDataString("one/two ä"))).Json, reply.Json).ShouldBeTrue();
        ((long)(await _agent.GetAsync("/v1/entries?uri=/age")).Json["entries"]!.AsArray().Count).ShouldBe(1);
        (await _agent.GetAsync("/v1/invalidations/nobody")).Problem(404);
        (await _agent.MetricsAsync()).Sum("towncrier_refused_values_total", ("command", "purge")).ShouldBe(1);
        _agent.Log.ShouldContain("1 of 2 values refused");
    }

    [Fact]
    public async Task Not_waiting_is_202_with_the_id_and_is_applied()
    {
        var reply = await _agent.PostAsync("""{"command":"xkey","value":["k1"]}""", "");
        reply.Status.ShouldBe(202);
        var id = (string)reply.Json["id"]!;
        reply.Json.AsObject().Count.ShouldBe(1);
        await Eventually.TrueAsync(async () => (string?)(await _agent.GetAsync("/v1/invalidations/" + id)).Json["state"] == "applied", "it is applied");
    }

    [Fact]
    public async Task An_array_has_one_fate_a_message()
    {
        const string Good = """{"command":"purge","value":["/tags"],"id":"good"}""";
        var bad = await _agent.PostAsync($$"""[{{Good}},{"command":"prge","value":["/x"]}]""");
        var problem = bad.Problem(400);
        ((string)problem["reason"]!).ShouldBe("unknown_command");
        ((string)problem["messages"]![0]!["state"]!).ShouldBe("applied");
        ((string)problem["messages"]![1]!["state"]!).ShouldBe("rejected");
        File.Exists(CacheFiles.PathOf(_cache, "httpwww.example.org/tags")).ShouldBeFalse();

        var both = await _agent.PostAsync("""[{"command":"purge","value":["/age"],"id":"a"},{"command":"prefix","value":["/fast"],"id":"b"}]""");
        both.Status.ShouldBe(200);
        both.Json["ids"]!.ToJsonString().ShouldBe("""["a","b"]""");
        ((int)both.Json["purged"]!).ShouldBe(4);
        both.Json["messages"]!.AsArray().Count.ShouldBe(2);
        ((int)(await _agent.PostAsync("""[{"command":"all","id":"c"}]""", "")).Status).ShouldBe(202);
    }

    [Theory]
    [InlineData("""{"command":"purge","value":["/x"]""", "malformed")]
    [InlineData("""{"command":"purge"}""", "malformed")]
    [InlineData("""{"command":"purge","value":"/x"}""", "malformed")]
    [InlineData("""{"command":"purge","value":[1]}""", "malformed")]
    [InlineData("""{"command":"purge","value":[]}""", "malformed")]
    [InlineData("""{"command":7,"value":["/x"]}""", "malformed")]
    [InlineData("""{"command":"PURGE","value":["/x"]}""", "unknown_command")]
    [InlineData("""{"command":"ban","value":["obj.size == 200"]}""", "invalid_value")]
    [InlineData("""{"command":"purge","value":["/x"],"mode":"medium"}""", "invalid_value")]
    [InlineData("""{"command":"purge","value":["/x"],"host":"http://a"}""", "invalid_value")]
    [InlineData("""{"command":"purge","value":["/x"],"issued":"yesterday"}""", "invalid_value")]
    [InlineData("""{"command":"purge","value":["/x"],"expires":"2001-01-01T00:00:00Z"}""", "expired")]
    [InlineData("""{"command":"all","value":["/x"]}""", "invalid_value")]
    [InlineData("""{"command":"purge","value":["a\r\nb"]}""", "invalid_value")]
    [InlineData("""{"command":"ban.url","value":["("]}""", "invalid_value")]
    [InlineData("""{"command":"purge","value":["/x"],"x":[[[[[[1]]]]]]}""", "malformed")]
    [InlineData("[]", "malformed")]
    [InlineData("null", "malformed")]
    [InlineData("", "malformed")]
    public async Task A_refusal_has_its_reason_in_the_answer_the_log_and_the_metrics(string body, string reason)
    {
        var problem = (await _agent.PostAsync(body)).Problem(400);
        ((string)problem["reason"]!).ShouldBe(reason);
        (await _agent.MetricsAsync()).Sum("towncrier_refusals_total", ("source", "http"), ("reason", reason)).ShouldBe(1);
        await Eventually.TrueAsync(() => _agent.Log.Contains("refused a message from http", StringComparison.Ordinal), "it is logged");
        _agent.Log.Split('\n').Count(line => line.Contains("refused", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_no_message_at_all_has_its_own_status_and_is_counted_too()
    {
        (await _agent.PostAsync("{}", type: "text/plain")).Problem(415);
        (await _agent.PostAsync("{}", type: null)).Problem(415);
        (await _agent.PostAsync("{}", type: "application/json; charset=latin1")).Problem(415);
        (await _agent.PostAsync("{}", "?wait=maybe")).Problem(400);
        (await _agent.PostAsync("{}", "?wait=true&timeout=5")).Problem(400);
        (await _agent.PostAsync("{}", "?wait=true&timeout=0s")).Problem(400);
        (await _agent.PostAsync(new byte[(1024 * 1024) + 1])).Problem(413);
        var metrics = await _agent.MetricsAsync();
        metrics.Sum("towncrier_refusals_total").ShouldBe(7);
        metrics.Sum("towncrier_refusals_total", ("reason", "oversized")).ShouldBe(1);
        await Eventually.TrueAsync(() => _agent.Log.Split('\n').Count(line => line.Contains("refused", StringComparison.Ordinal)) == 7, "one line each");
    }

    [Fact]
    public async Task A_message_may_have_256_KiB_and_not_one_byte_more()
    {
        const string Start = """{"command":"purge","value":["/none"],"pad":" """;
        var exact = Start + new string('x', (256 * 1024) - Start.Length - 2) + "\"}";
        (await _agent.PostAsync(exact)).Status.ShouldBe(200);
        var problem = (await _agent.PostAsync(exact + " ")).Problem(400);
        ((string)problem["reason"]!).ShouldBe("oversized");
    }

    [Fact]
    public async Task Ten_thousand_values_are_taken_and_one_more_is_not()
    {
        string Of(int count) => """{"command":"purge","value":[""" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"/{i}\"")) + "]}";
        var reply = await _agent.PostAsync(Of(10_000));
        reply.Status.ShouldBe(200);
        reply.Json["values"]!.AsArray().Count.ShouldBe(10_000);
        ((string)(await _agent.PostAsync(Of(10_001))).Problem(400)["reason"]!).ShouldBe("oversized");
    }

    [Fact]
    public async Task Regexes_meant_to_be_slow_are_quick_or_refused()
    {
        for (var i = 0; i < 50; i++) new SyntheticEntry($"httpa.org/{new string('a', 2000)}{i}").WriteTo(_cache);
        await _agent.HoldsAsync(GoldenCache.Files + 50);
        foreach (var regex in (string[])["(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}", new string('(', 2000), "(x{1000}){1000}", new string('a', 5000), @"(a)\1", "(?=a)", "(?>a)"])
        {
            var reply = await _agent.PostAsync(Encoding.UTF8.GetBytes(new JsonObject { ["command"] = "ban.url", ["value"] = new JsonArray(regex), ["dry_run"] = true }.ToJsonString()));
            reply.Status.ShouldBeOneOf(200, 400);
            if (reply.Status == 200) ((double)reply.Json["milliseconds"]!).ShouldBeLessThan(5000, regex);
        }

        // Ten megabytes of them do not even get to be compiled.
        (await _agent.PostAsync("{\"command\":\"ban.url\",\"value\":[\"" + new string('a', 10_000_000) + "\"]}")).Problem(413);
        await _agent.MustWorkAsync(_cache);
    }
}
