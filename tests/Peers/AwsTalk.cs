using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Towncrier.Peers;

/// <summary>
/// Speaks to an SNS and SQS emulator in a few words of its own, without real signatures: for tests to arrange things and
/// to look at them. Every call throws on a refusal, with the answer in the exception.
/// </summary>
public sealed class AwsTalk(int port) : IDisposable
{
    // The emulator reads the region from here, and nothing else.
    private const string Authorization = $"Credential=test/20260101/{FauxqsServer.Region}/sqs/aws4_request, SignedHeaders=host, Signature=0";

    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Eventually.Deadline };

    public static string QueueArn(string name) => $"arn:aws:sqs:{FauxqsServer.Region}:{FauxqsServer.Account}:{name}";

    public static string TopicArn(string name) => $"arn:aws:sns:{FauxqsServer.Region}:{FauxqsServer.Account}:{name}";

    /// <returns>The queue's URL. A name that ends with <c>.fifo</c> makes a FIFO queue.</returns>
    public async Task<string> CreateQueueAsync(string name, params (string Name, string Value)[] attributes) =>
        (string)(await SqsAsync("CreateQueue", new JsonObject { ["QueueName"] = name, ["Attributes"] = Object(attributes) }))["QueueUrl"]!;

    /// <summary>A queue whose messages go to another, made too, after so many receives.</summary>
    public async Task<string> CreateQueueAsync(string name, string deadLetters, int mostReceives)
    {
        await CreateQueueAsync(deadLetters);
        return await CreateQueueAsync(name, ("RedrivePolicy", $$"""{"deadLetterTargetArn":"{{QueueArn(deadLetters)}}","maxReceiveCount":{{mostReceives}}}"""));
    }

    public Task DeleteQueueAsync(string name) => SqsAsync("DeleteQueue", new JsonObject { ["QueueUrl"] = Url(name) });

    public Task SendAsync(string queue, string body, params (string Name, string Value)[] attributes) =>
        SqsAsync("SendMessage", new JsonObject { ["QueueUrl"] = Url(queue), ["MessageBody"] = body, ["MessageAttributes"] = Typed(attributes) });

    /// <summary>At most ten bodies, none of them empty.</summary>
    public Task SendAsync(string queue, IEnumerable<string> bodies) => SqsAsync("SendMessageBatch", new JsonObject
    {
        ["QueueUrl"] = Url(queue),
        ["Entries"] = new JsonArray([.. bodies.Select((body, i) => new JsonObject { ["Id"] = $"{i}", ["MessageBody"] = body })]),
    });

    /// <summary>What is in the queue, without receiving it: bodies of messages that can be received, and of those that are hidden now.</summary>
    public async Task<(IReadOnlyList<string> Ready, IReadOnlyList<string> Hidden)> LookAsync(string queue)
    {
        var messages = await InspectAsync(queue);
        return ([.. messages["ready"]!.AsArray().Select(message => (string)message!["body"]!)],
            [.. messages["inflight"]!.AsArray().Select(entry => (string)entry!["message"]!["body"]!)]);
    }

    /// <summary>Lets the visibility of all hidden messages end now, as if their time were over.</summary>
    public async Task ShowHiddenAsync(string queue)
    {
        foreach (var entry in (await InspectAsync(queue))["inflight"]!.AsArray())
        {
            await SqsAsync("ChangeMessageVisibility", new JsonObject
            {
                ["QueueUrl"] = Url(queue),
                ["ReceiptHandle"] = (string)entry!["receiptHandle"]!,
                ["VisibilityTimeout"] = 0,
            });
        }
    }

    public async Task<IReadOnlyDictionary<string, string>> QueueAttributesAsync(string queue)
    {
        var answer = await SqsAsync("GetQueueAttributes", new JsonObject { ["QueueUrl"] = Url(queue), ["AttributeNames"] = new JsonArray("All") });
        return answer["Attributes"]!.AsObject().ToDictionary(one => one.Key, one => (string)one.Value!);
    }

    public async Task<IReadOnlyDictionary<string, string>> QueueTagsAsync(string queue)
    {
        var answer = await SqsAsync("ListQueueTags", new JsonObject { ["QueueUrl"] = Url(queue) });
        return (answer["Tags"]?.AsObject() ?? []).ToDictionary(one => one.Key, one => (string)one.Value!);
    }

    /// <returns>The topic's ARN. A name that ends with <c>.fifo</c> makes a FIFO topic.</returns>
    public async Task<string> CreateTopicAsync(string name) =>
        One(await SnsAsync("CreateTopic", ("Name", name)), "TopicArn");

    /// <returns>The subscription's ARN.</returns>
    public async Task<string> SubscribeAsync(string topic, string queue, params (string Name, string Value)[] attributes) => One(
        await SnsAsync("Subscribe", [("TopicArn", TopicArn(topic)), ("Protocol", "sqs"), ("Endpoint", QueueArn(queue)), ("ReturnSubscriptionArn", "true"),
            .. attributes.SelectMany((one, i) => new[] { ($"Attributes.entry.{i + 1}.key", one.Name), ($"Attributes.entry.{i + 1}.value", one.Value) })]),
        "SubscriptionArn");

    /// <summary>The endpoints subscribed to a topic, each with its subscription's ARN.</summary>
    public async Task<IReadOnlyList<(string Endpoint, string Arn)>> SubscriptionsAsync(string topic)
    {
        var answer = await SnsAsync("ListSubscriptionsByTopic", ("TopicArn", TopicArn(topic)));
        return [.. answer.Descendants().Where(one => one.Name.LocalName == "member").Select(one => (One(one, "Endpoint"), One(one, "SubscriptionArn")))];
    }

    public Task PublishAsync(string topic, string message, params (string Name, string Value)[] attributes) =>
        SnsAsync("Publish", [("TopicArn", TopicArn(topic)), ("Message", message),
            .. attributes.SelectMany((one, i) => new[]
            {
                ($"MessageAttributes.entry.{i + 1}.Name", one.Name),
                ($"MessageAttributes.entry.{i + 1}.Value.DataType", "String"),
                ($"MessageAttributes.entry.{i + 1}.Value.StringValue", one.Value),
            })]);

    /// <summary>Any call of SQS, in its JSON.</summary>
    public async Task<JsonNode> SqsAsync(string operation, JsonObject request)
    {
        using var content = new StringContent(request.ToJsonString(), Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        var answer = await PostAsync(content, "AmazonSQS." + operation);
        return answer.Length == 0 ? new JsonObject() : JsonNode.Parse(answer)!;
    }

    /// <summary>Any call of SNS, by its form's fields.</summary>
    public async Task<XElement> SnsAsync(string action, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent([new("Action", action), new("Version", "2010-03-31"), .. fields.Select(one => KeyValuePair.Create(one.Name, one.Value))]);
        return XElement.Parse(await PostAsync(content, null));
    }

    public void Dispose() => _http.Dispose();

    private static string Url(string queue) => $"http://127.0.0.1/{FauxqsServer.Account}/{queue}";

    private static JsonObject Object((string Name, string Value)[] fields) => new([.. fields.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Value))]);

    private static JsonObject Typed((string Name, string Value)[] attributes) => new([.. attributes.Select(one =>
        KeyValuePair.Create(one.Name, (JsonNode?)new JsonObject { ["DataType"] = "String", ["StringValue"] = one.Value }))]);

    private static string One(XElement answer, string name) => answer.Descendants().First(one => one.Name.LocalName == name).Value;

    private static async Task<string> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? text : throw new HttpRequestException($"{(int)answer.StatusCode} {text}");
    }

    private async Task<JsonNode> InspectAsync(string queue)
    {
        using var answer = await _http.GetAsync(new Uri($"/_fauxqs/queues/{queue}", UriKind.Relative), TestContext.Current.CancellationToken);
        return JsonNode.Parse(await ReadAsync(answer))!["messages"]!;
    }

    private async Task<string> PostAsync(HttpContent content, string? target)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("AWS4-HMAC-SHA256", Authorization);
        if (target is not null) request.Headers.Add("X-Amz-Target", target);
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(answer);
    }
}
