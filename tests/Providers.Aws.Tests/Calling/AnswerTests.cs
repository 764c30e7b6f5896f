using System.Text;
using Amazon.Runtime;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>Reading of answers: whole ones, and whatever else may come.</summary>
public sealed class AnswerTests
{
    private const string Messages = """
        {"Messages":[{"MessageId":"m-1","ReceiptHandle":"AQEB+/=","MD5OfBody":"x","Body":"h\u00e4llo \"1\" \ud83d\ude00","Attributes":{"SentTimestamp":"1795326054913","ApproximateReceiveCount":"3"},
        "MessageAttributes":{"k":{"StringValue":"v\u00e4","DataType":"String"},"b":{"BinaryValue":"AA==","DataType":"Binary"},"n":{"StringValue":"1","DataType":"Number"},"c":{"StringValue":"own","DataType":"String.kind"}}},
        {"MessageId":"m-2","ReceiptHandle":"r","Body":""}]}
        """;

    private const string Failures = """{"Successful":[{"Id":"0"},{"Id":"3"}],"Failed":[{"Id":"1","SenderFault":true,"Code":"ReceiptHandleIsInvalid","Message":"no"},{"Id":"99","SenderFault":false,"Code":"x"}]}""";
    private const string Page = """{"QueueUrls":["http://a/1/q","http://a/1/r"],"NextToken":"more"}""";
    private const string Map = """{"Attributes":{"QueueArn":"arn:aws:sqs:eu-west-1:1:q","Policy":"{\"a\":1}"}}""";
    private const string Error = """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}""";

    private const string Published = """
        <PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Failed><member><Id>1</Id><Code>InvalidParameter</Code><Message>too &lt;long&gt;</Message><SenderFault>true</SenderFault></member></Failed>
        <Successful><member><Id>0</Id><MessageId>x</MessageId></member></Successful></PublishBatchResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>
        """;

    private const string Subscriptions = """
        <ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions><member><TopicArn>t</TopicArn><Protocol>sqs</Protocol><SubscriptionArn>s</SubscriptionArn><Owner>1</Owner><Endpoint>e</Endpoint></member></Subscriptions>
        <NextToken>AAE=</NextToken></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>
        """;

    private const string Attributes = """<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes><entry><key>Policy</key><value>{"a":"&amp;"}</value></entry><entry><key>DisplayName</key><value/></entry></Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>""";

    [Fact]
    public void Messages_are_read_with_their_attributes()
    {
        SqsAnswers.TryMessages(Utf8(Messages), out var messages).ShouldBeTrue();
        messages.Count.ShouldBe(2);
        (messages[0].Id, messages[0].Receipt, Encoding.UTF8.GetString(messages[0].Body.Span), messages[0].ReceiveCount, messages[0].SentAt.ToUnixTimeMilliseconds())
            .ShouldBe(("m-1", "AQEB+/=", "hällo \"1\" 😀", 3, 1795326054913));
        messages[0].Attributes.OrderBy(pair => pair.Key).ShouldBe([KeyValuePair.Create("c", "own"), KeyValuePair.Create("k", "vä")]);
        (messages[1].Body.Length, messages[1].ReceiveCount, messages[1].SentAt, messages[1].Attributes.Count).ShouldBe((0, 1, DateTimeOffset.UnixEpoch, 0));
    }

    [Fact]
    public void An_entry_of_a_batch_that_the_answer_does_not_tell_of_counts_as_failed()
    {
        SqsAnswers.TryFailures(Utf8(Failures), 4, out var failures).ShouldBeTrue();
        failures.Select(failure => (failure.Index, failure.Code, failure.BySender)).ShouldBe([(1, "ReceiptHandleIsInvalid", true), (2, "NotTold", false)]);
        SqsAnswers.TryFailures(Utf8("{}"), 2, out failures).ShouldBeTrue();
        failures.Count.ShouldBe(2);
        SnsAnswers.TryFailures(Utf8(Published), "PublishBatch", 2, out failures).ShouldBeTrue();
        failures.ShouldBe([new BatchFailure(1, "InvalidParameter", "too <long>", true)]);
    }

    [Fact]
    public void Lists_and_attributes_are_read()
    {
        SqsAnswers.TryPage(Utf8(Page), "QueueUrls", out var urls, out var next).ShouldBeTrue();
        (urls.Count, urls[1], next).ShouldBe((2, "http://a/1/r", "more"));
        SqsAnswers.TryPage(Utf8("{}"), "QueueUrls", out urls, out next).ShouldBeTrue();
        (urls.Count, next).ShouldBe((0, ""));
        SqsAnswers.TryMap(Utf8(Map), "Attributes", out var map).ShouldBeTrue();
        map["Policy"].ShouldBe("""{"a":1}""");
        SnsAnswers.TryPage(Utf8(Subscriptions), "ListSubscriptionsByTopic", out var subscriptions, out next).ShouldBeTrue();
        (subscriptions.ShouldHaveSingleItem(), next).ShouldBe((new SnsSubscription("s", "sqs", "e", "1"), "AAE="));
        SnsAnswers.TryAttributes(Utf8(Attributes), "GetTopicAttributes", out map).ShouldBeTrue();
        (map.Count, map["Policy"], map["DisplayName"]).ShouldBe((2, """{"a":"&"}""", ""));
    }

    [Theory]
    [InlineData("""<!DOCTYPE a [<!ENTITY b "bbbb">]><PublishBatchResponse><PublishBatchResult>&b;</PublishBatchResult></PublishBatchResponse>""")]
    [InlineData("""<!DOCTYPE a SYSTEM "file:///etc/passwd"><PublishBatchResponse><PublishBatchResult/></PublishBatchResponse>""")]
    [InlineData("<ErrorResponse/>")]
    [InlineData("<PublishBatchResponse/>")]
    [InlineData("")]
    public void XML_with_a_document_type_or_of_another_kind_is_no_answer(string xml) => SnsAnswers.TryFailures(Utf8(xml), "PublishBatch", 1, out _).ShouldBeFalse();

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("""{"Messages":[{"MessageId":"m"}]}""")]
    [InlineData("""{"Messages":[7]}""")]
    [InlineData("""{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"\ud800"}]}""")]
    [InlineData("""{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"b","Attributes":{"\udc00":"x"}}]}""")]
    public void What_is_no_receive_is_no_answer(string json) => SqsAnswers.TryMessages(Utf8(json), out _).ShouldBeFalse();

    [Fact]
    public void Figures_beyond_all_bounds_are_taken_as_not_said()
    {
        SqsAnswers.TryMessages(Utf8("""{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"b","Attributes":{"SentTimestamp":"999999999999999999","ApproximateReceiveCount":"-1"}}]}"""), out var messages).ShouldBeTrue();
        (messages[0].ReceiveCount, messages[0].SentAt).ShouldBe((1, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Damaged_answers_are_read_or_refused_and_never_throw()
    {
        var random = new Random(20121105);
        foreach (var golden in new[] { Messages, Failures, Page, Map, Error, Published, Subscriptions, Attributes })
        {
            for (var round = 0; round < 1500; round++) ReadAll(Damage(Utf8(golden).ToArray(), random));
        }
    }

    [Fact]
    public void Depth_costs_nothing()
    {
        ReadAll(Utf8(new string('[', 500_000)));
        ReadAll(Utf8(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))));
        ReadAll(Utf8(string.Concat(Enumerable.Repeat("<a>", 200_000)) + string.Concat(Enumerable.Repeat("</a>", 200_000))));
    }

    private static void ReadAll(ReadOnlyMemory<byte> body)
    {
        SqsAnswers.TryMessages(body, out _);
        SqsAnswers.TryFailures(body, 10, out _);
        SqsAnswers.TryPage(body, "QueueUrls", out _, out _);
        SqsAnswers.TryMap(body, "Attributes", out _);
        SqsAnswers.TryText(body, "QueueUrl", out _);
        SnsAnswers.TryFailures(body, "PublishBatch", 10, out _);
        SnsAnswers.TryPage(body, "ListSubscriptionsByTopic", out _, out _);
        SnsAnswers.TryAttributes(body, "GetTopicAttributes", out _);
        SnsAnswers.TryText(body, "Subscribe", "SubscriptionArn", out _);
        Refused.Read(new AwsAnswer(400, body, null, null, null), new ImmutableCredentials("a", "b", "c")).Message.Length.ShouldBeLessThanOrEqualTo(Refused.MostMessage);
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        ReadOnlySpan<string> pieces = ["\"", "{", "}", "[", "]", ":", ",", "null", "1e999", "\\ud800", "\\u0000", "<", ">", "</", "&", "&#0;", "&x;", "<!DOCTYPE a>", "<![CDATA[", "\0", "\xff", "\xc3", "-1", "true", "xmlns=\"", "Id"];
        var text = Encoding.Latin1.GetString(bytes);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(text.Length);
            var until = Math.Min(text.Length, at + random.Next(1, 20));
            text = random.Next(4) switch
            {
                0 => text[..at] + text[until..],
                1 => text[..at] + pieces[random.Next(pieces.Length)] + text[at..],
                2 => text[..at] + (char)random.Next(256) + text[(at + 1)..],
                _ => text[..until] + text[at..],
            };
            if (text.Length == 0) break;
        }

        return Encoding.Latin1.GetBytes(random.Next(10) == 0 ? text[..random.Next(text.Length + 1)] : text);
    }

    private static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
