using System.Globalization;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>What a client does when what is at the other end does not do as it should.</summary>
public sealed class FaultTests
{
    private const string Url = """{"QueueUrl":"http://q"}""";

    [Fact]
    public async Task After_503_and_throttling_it_succeeds()
    {
        await using var peer = AwsPeer.Start(request => request.Number switch
        {
            1 => AwsPeer.Reply(503, "<html>Service Unavailable</html>"),
            2 => AwsPeer.Reply(400, """{"__type":"com.amazonaws.sqs#RequestThrottled","message":"Request is throttled."}""", "x-amzn-query-error: RequestThrottled;Sender"),
            _ => AwsPeer.Reply(200, Url),
        });
        using var caller = Make.Caller(peer);
        (await new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken)).ShouldBe("http://q");
        peer.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task After_three_failures_it_gives_up_with_the_last()
    {
        await using var peer = AwsPeer.Start(request => AwsPeer.Reply(500, $$"""{"__type":"InternalFailure","message":"try {{request.Number}}"}"""));
        using var caller = Make.Caller(peer);
        var error = await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("try 3");
        (error.Code, error.Status, error.Operation).ShouldBe(("InternalFailure", 500, "sqs:GetQueueUrl"));
    }

    [Fact]
    public async Task Other_refusals_are_not_tried_again()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(400, """{"__type":"com.amazonaws.sqs#InvalidAttributeName","message":"Unknown Attribute x."}"""));
        using var caller = Make.Caller(peer);
        (await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).AttributesAsync("q", ["x"], TestContext.Current.CancellationToken))).Code.ShouldBe("InvalidAttributeName");
        peer.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cut_answer_is_asked_for_again_except_a_receive()
    {
        await using var peer = AwsPeer.Start(request => request.Number % 2 == 1 ? AwsPeer.Cut(Url) : AwsPeer.Reply(200, Url));
        using var caller = Make.Caller(peer);
        var sqs = new SqsClient(caller);
        (await sqs.QueueUrlAsync("q", null, TestContext.Current.CancellationToken)).ShouldBe("http://q");
        var error = await Should.ThrowAsync<IOException>(() => sqs.ReceiveAsync(Make.Queue, 10, 0, 30, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("sqs:ReceiveMessage on arn:aws:sqs:eu-west-1:123456789012:www-1");
        error.Message.ShouldContain("the connection was lost");
        peer.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_receive_that_was_answered_with_503_is_tried_again()
    {
        await using var peer = AwsPeer.Start(request => request.Number == 1 ? AwsPeer.Reply(503, "") : AwsPeer.Reply(200, "{}"));
        using var caller = Make.Caller(peer);
        (await new SqsClient(caller).ReceiveAsync(Make.Queue, 10, 0, 30, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up_and_asked_for_again()
    {
        await using var peer = AwsPeer.Start(request => request.Number == 1 ? AwsPeer.Silence : AwsPeer.Reply(200, Url));
        using var caller = Make.Caller(peer, new ShiftedClock(TimeSpan.Zero, quicker: 100));
        (await new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken)).ShouldBe("http://q");
    }

    [Fact]
    public async Task A_receive_waits_its_poll_longer_and_is_then_given_up()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Silence);
        using var caller = Make.Caller(peer, new ShiftedClock(TimeSpan.Zero, quicker: 100));
        var error = await Should.ThrowAsync<IOException>(() => new SqsClient(caller).ReceiveAsync(Make.Queue, 10, 20, 30, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("no answer within 30 s");
        peer.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_ends_when_it_is_cancelled()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Silence);
        using var caller = Make.Caller(peer);
        using var stop = new CancellationTokenSource();
        var receiving = new SqsClient(caller).ReceiveAsync(Make.Queue, 10, 20, 30, stop.Token);
        await Eventually.TrueAsync(() => peer.Requests.Count == 1, "the receive is there");
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => receiving);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_beyond_the_limit_is_not_read(bool isAnnounced)
    {
        const int Size = 9 << 20;
        await using var peer = AwsPeer.Start(_ => isAnnounced
            ? $"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n"
            : $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{Size.ToString("x", CultureInfo.InvariantCulture)}\r\n{new string('a', Size)}");
        using var caller = Make.Caller(peer);
        (await Should.ThrowAsync<IOException>(() => new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken))).Message.ShouldContain("more than 8388608 bytes");
        peer.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\nConnection: close")]
    [InlineData("\0\0\0\0\r\n\r\nConnection: close")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n")]
    public async Task What_is_no_HTTP_is_a_lost_connection(string answer)
    {
        await using var peer = AwsPeer.Start(_ => answer);
        using var caller = Make.Caller(peer, new ShiftedClock(TimeSpan.Zero, quicker: 100));
        await Should.ThrowAsync<IOException>(() => new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = AwsPeer.Start(_ => AwsPeer.Reply(200, Url));
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(307, "", $"Location: {elsewhere.Url}"));
        using var caller = Make.Caller(peer);
        (await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken))).Code.ShouldBe("Http307");
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_nobody_listens_the_address_is_told_and_it_was_tried_three_times()
    {
        using var caller = new AwsCaller(new AwsAccess { Region = Make.Region, Endpoint = new Uri($"http://127.0.0.1:{FreePort.Next()}") }, TimeProvider.System, new Random(1), new Dictionary<string, string>());
        var error = await Should.ThrowAsync<IOException>(() => new SqsClient(caller).ReceiveAsync(Make.Queue, 10, 20, 30, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("cannot connect");
        error.Message.ShouldContain("127.0.0.1:");
    }

    [Fact]
    public async Task While_all_fails_the_quota_ends_the_retries()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(503, ""));
        using var caller = Make.Caller(peer);
        var sqs = new SqsClient(caller);
        for (var i = 0; i < 150; i++) await Should.ThrowAsync<AwsException>(() => sqs.QueueUrlAsync("q", null, TestContext.Current.CancellationToken));
        peer.Requests.Count.ShouldBe(150 + (RetryQuota.Most / Retries.RetryCost));
    }

    [Fact]
    public async Task A_queues_own_address_is_a_parameter_and_not_called()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(200, "{}"));
        using var caller = Make.Caller(peer);
        await new SqsClient(caller).ReceiveAsync("http://sqs.eu-west-1.localhost:1/000000000000/q", 1, 0, 1, TestContext.Current.CancellationToken);
        peer.Requests.ShouldHaveSingleItem().Line.ShouldBe("POST / HTTP/1.1");
        peer.Requests[0].Text.ShouldContain("\"QueueUrl\":\"http://sqs.eu-west-1.localhost:1/000000000000/q\"");
    }

    [Theory]
    [InlineData(15)]
    [InlineData(-15)]
    public async Task A_clock_that_is_wrong_is_healed_by_one_more_call_and_stays_so(int minutes)
    {
        await using var peer = AwsPeer.Start(request => (SigV4.TimeOf(request) - TimeProvider.System.GetUtcNow()).Duration() < TimeSpan.FromMinutes(5)
            ? AwsPeer.Reply(200, Url)
            : AwsPeer.Reply(403, """{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: 20261122T000000Z is now earlier than 20261122T001000Z (20261122T001500Z - 5 min.)"}""", $"Date: {TimeProvider.System.GetUtcNow():R}"));
        using var caller = Make.Caller(peer, new ShiftedClock(TimeSpan.FromMinutes(minutes)));
        var sqs = new SqsClient(caller);
        await sqs.QueueUrlAsync("q", null, TestContext.Current.CancellationToken);
        peer.Requests.Count.ShouldBe(2);
        await sqs.QueueUrlAsync("q", null, TestContext.Current.CancellationToken);
        peer.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_wrong_secret_is_not_taken_for_a_wrong_clock()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(403, """{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\nx-amz-security-token:xyz"}""", $"Date: {TimeProvider.System.GetUtcNow():R}"));
        using var caller = Make.Caller(peer);
        var error = await Should.ThrowAsync<AwsException>(() => new SqsClient(caller).QueueUrlAsync("q", null, TestContext.Current.CancellationToken));
        error.Message.ShouldContain("the secret key is not that of the access key");
        error.Message.ShouldNotContain("Canonical");
        peer.Requests.Count.ShouldBe(1);
    }
}
