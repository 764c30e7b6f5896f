namespace Towncrier.EndToEnd.Contract;

/// <summary>Messages in others' envelopes, posted to the agent as their senders post them.</summary>
public sealed class Envelopes
{
    private const string Message = """{"command":"purge","host":"www.example.org","value":["/a"]}""";

    [Theory]
    [InlineData("application/json", """{"Type":"Notification","MessageId":"sns-1","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":"{\"command\":\"purge\",\"host\":\"www.example.org\",\"value\":[\"/a\"]}","Timestamp":"2026-11-22T00:00:00Z"}""", "sns-1")]
    [InlineData("application/json", """{"version":"0","id":"eb-1","detail-type":"purge","source":"cms","account":"1","time":"2026-11-22T00:00:00Z","region":"eu-west-1","detail":MESSAGE}""", "eb-1")]
    [InlineData("application/json", """[{"id":"eg-1","eventType":"purge","subject":"x","eventTime":"2026-11-22T00:00:00Z","data":MESSAGE,"dataVersion":"1"}]""", "eg-1")]
    [InlineData("application/cloudevents+json", """{"specversion":"1.0","type":"purge","source":"/cms","id":"ce-1","time":"2026-11-22T00:00:00Z","data":MESSAGE}""", "ce-1")]
    [InlineData("application/cloudevents-batch+json", """[{"specversion":"1.0","type":"purge","source":"/cms","id":"ce-2","data":MESSAGE}]""", "ce-2")]
    [InlineData("application/vnd.masstransit+json", """{"messageId":"mt-1","messageType":["urn:message:Cms:Invalidate"],"message":MESSAGE,"sentTime":"2026-11-22T00:00:00Z"}""", "mt-1")]
    public async Task A_message_is_taken_out_of_its_envelope_and_has_its_id(string type, string body, string id)
    {
        using var folder = new TempFolder();
        var page = new SyntheticEntry("httpwww.example.org/a").WriteTo(folder.Make("cache"));
        await using var agent = await RunningAgent.StartAsync(folder, folder.Of("cache"));
        var reply = await agent.PostAsync(body.Replace("MESSAGE", Message, StringComparison.Ordinal), type: type);
        reply.Status.ShouldBe(200, reply.Text);
        ((string?)reply.Json["id"]).ShouldBe(id);
        ((int)reply.Json["purged"]!).ShouldBe(1);
        File.Exists(page).ShouldBeFalse();
    }

    [Fact]
    public async Task Binary_mode_takes_the_id_from_the_headers()
    {
        using var folder = new TempFolder();
        var page = new SyntheticEntry("httpwww.example.org/a").WriteTo(folder.Make("cache"));
        await using var agent = await RunningAgent.StartAsync(folder, folder.Of("cache"));
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{agent.Address}/v1/invalidations?wait=true"))
        {
            Content = new StringContent(Message, System.Text.Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in ((string, string)[])[("ce-specversion", "1.0"), ("ce-id", "bin-1"), ("ce-type", "purge"), ("ce-source", "/cms")])
            request.Headers.TryAddWithoutValidation(name, value);
        var reply = await agent.SendAsync(request);
        reply.Status.ShouldBe(200, reply.Text);
        ((string?)reply.Json["id"]).ShouldBe("bin-1");
        File.Exists(page).ShouldBeFalse();
    }

    [Fact]
    public async Task An_envelope_that_is_no_message_is_refused_by_its_name()
    {
        using var folder = new TempFolder();
        await using var agent = await RunningAgent.StartAsync(folder, folder.Make("cache"));
        var reply = await agent.PostAsync("""{"Type":"SubscriptionConfirmation","MessageId":"1","TopicArn":"a","Message":"confirm","SubscribeURL":"https://x/"}""");
        ((string)reply.Problem(400)["detail"]!).ShouldContain("subscription", Case.Insensitive);
    }
}
