using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>Refusals in the very words of AWS, and what we tell of them.</summary>
public sealed class ErrorTests
{
    private const string Denied = "User: arn:aws:sts::123456789012:assumed-role/web/i-0abc is not authorized to perform: sqs:receivemessage on resource: arn:aws:sqs:eu-west-1:123456789012:www-1 because no identity-based policy allows the sqs:receivemessage action";

    public static TheoryData<int, string, string, string, string[]> Receives => new()
    {
        { 400, $$"""{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"{{Denied}}"}""", "", "AccessDeniedException", [Denied, "allow sqs:ReceiveMessage on arn:aws:sqs:eu-west-1:123456789012:www-1 for arn:aws:sts::123456789012:assumed-role/web/i-0abc"] },
        { 403, """{"__type":"com.amazon.coral.service#AccessDeniedException","message":"Access to the resource https://sqs.eu-west-1.amazonaws.com/ is denied."}""", "", "AccessDeniedException", ["allow sqs:ReceiveMessage on arn:aws:sqs:eu-west-1:123456789012:www-1 for the role that calls", "another account"] },
        { 400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}""", "AWS.SimpleQueueService.NonExistentQueue;Sender", "AWS.SimpleQueueService.NonExistentQueue", ["no queue www-1 in eu-west-1", "account"] },
        { 400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}""", "", "QueueDoesNotExist", ["no queue www-1 in eu-west-1"] },
        { 403, """{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"The security token included in the request is invalid."}""", "", "UnrecognizedClientException", ["AWS does not know the access key"] },
        { 403, """{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The security token included in the request is expired"}""", "", "ExpiredTokenException", ["have expired", "log in again"] },
        { 400, """{"__type":"com.amazonaws.sqs#KmsAccessDenied","message":"The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."}""", "KMS.AccessDeniedException;Sender", "KMS.AccessDeniedException", ["allow kms:Decrypt on that key"] },
        { 400, """{"__type":"com.amazonaws.sqs#KmsDisabled","message":"arn:aws:kms:eu-west-1:1:key/2 is disabled."}""", "KMS.DisabledException;Sender", "KMS.DisabledException", ["check that it is enabled"] },
        { 400, """{"__type":"com.amazonaws.sqs#InvalidAttributeValue","message":"Value 99 for parameter WaitTimeSeconds is invalid."}""", "", "InvalidAttributeValue", ["Value 99 for parameter WaitTimeSeconds is invalid."] },
        { 403, """<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message><Detail/></Error><RequestId>r-1</RequestId></ErrorResponse>""", "", "InvalidClientTokenId", ["does not know the access key", "r-1"] },
        { 404, "<html><body>not found</body></html>", "", "Http404", ["it gives no reason", "status 404"] },
        { 400, "", "", "Http400", ["status 400"] },
    };

    public static TheoryData<int, string, string, string, string[]> Publishes => new()
    {
        { 404, Sns("NotFound", "Topic does not exist"), Make.Topic, "NotFound", ["no such topic", "check the ARN", "sns-1"] },
        { 403, Sns("AuthorizationError", "User: arn:aws:iam::123456789012:user/cms is not authorized to perform: SNS:Publish on resource: arn:aws:sns:eu-west-1:123456789012:news because no resource-based policy allows the SNS:Publish action"), Make.Topic, "AuthorizationError", [$"allow sns:Publish on {Make.Topic} for arn:aws:iam::123456789012:user/cms"] },
        { 403, Sns("AuthorizationError", "User: arn:aws:iam::123456789012:user/cms is not authorized to perform: SNS:Publish"), "arn:aws:sns:us-east-1:123456789012:news", "AuthorizationError", ["it is in us-east-1 and eu-west-1 was called: set aws.region to us-east-1"] },
        { 400, Sns("InvalidParameter", "Invalid parameter: TopicArn"), "arn:aws:sns:us-east-1:123456789012:news", "InvalidParameter", ["set aws.region to us-east-1"] },
        { 400, Sns("InvalidParameter", "Invalid parameter: TopicArn"), "arn:aws:sns:eu-west-1:1:news", "InvalidParameter", ["Invalid parameter: TopicArn"] },
        { 403, Sns("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."), Make.Topic, "SignatureDoesNotMatch", ["the secret key is not that of the access key"] },
        { 400, Sns("KMSAccessDenied", "null (Service: AWSKMS; Status Code: 400)"), Make.Topic, "KMSAccessDenied", ["allow kms:GenerateDataKey and kms:Decrypt"] },
        { 400, Sns("Throttling", "Rate exceeded"), Make.Topic, "Throttling", ["fewer calls"] },
    };

    [Theory]
    [MemberData(nameof(Receives))]
    public async Task A_refused_receive_says_what_to_do(int status, string body, string older, string code, string[] said)
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(status, body, older.Length > 0 ? ["x-amzn-query-error: " + older] : []));
        using var caller = Make.Caller(peer);
        var error = await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).ReceiveAsync(Make.Queue, 1, 0, 1, TestContext.Current.CancellationToken));
        Check(error, status, code, "sqs:ReceiveMessage", said);
        peer.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Publishes))]
    public async Task A_refused_publish_says_what_to_do(int status, string body, string topic, string code, string[] said)
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(status, body));
        using var caller = Make.Caller(peer);
        var error = await Should.ThrowAsync<AwsException>(() => new SnsClient(caller).PublishAsync(topic, [new OutgoingMessage("x"u8.ToArray())], TestContext.Current.CancellationToken));
        Check(error, status, code, "sns:Publish", [topic, .. said]);
    }

    [Fact]
    public async Task A_queue_of_another_region_is_told_by_its_address()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(400, """{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}"""));
        using var caller = Make.Caller(peer, region: "us-east-1");
        var error = await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).DeleteQueueAsync(Make.Queue, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("it is in eu-west-1 and us-east-1 was called");
        error.IsMissingQueue.ShouldBeTrue();
    }

    [Fact]
    public async Task A_secret_that_an_answer_repeats_is_struck_out()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(400, $$"""{"__type":"x#Odd","message":"your secret {{TestKeys.Secret}} is\u0007 odd"}"""));
        using var caller = Make.Caller(peer);
        var error = await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).DeleteQueueAsync(Make.Queue, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("your secret *** is odd");
        error.ToString().ShouldNotContain(TestKeys.Secret);
    }

    [Fact]
    public async Task Keys_that_were_refused_are_looked_up_anew_and_the_same_ones_not_sent_again()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(403, """{"__type":"x#InvalidClientTokenId","message":"no"}"""));
        using var caller = Make.Caller(peer);
        await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).DeleteQueueAsync(Make.Queue, TestContext.Current.CancellationToken));
        peer.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task To_unsubscribe_what_is_gone_is_done()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(404, Sns("NotFound", "Subscription does not exist")));
        using var caller = Make.Caller(peer);
        await new SnsClient(caller).UnsubscribeAsync(Make.Topic + ":1", TestContext.Current.CancellationToken);
    }

    private static void Check(AwsException error, int status, string code, string operation, string[] said)
    {
        (error.Status, error.Code, error.Operation).ShouldBe((status, code, operation));
        foreach (var words in said) error.Message.ShouldContain(words);
        error.Message.ShouldNotContain('\n');
    }

    private static string Sns(string code, string message) =>
        $"""<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>sns-1</RequestId></ErrorResponse>""";
}
