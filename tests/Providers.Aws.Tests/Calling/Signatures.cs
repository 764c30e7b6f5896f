using System.Text;
using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>What arrives at a listener, checked by code that shares nothing with the signer.</summary>
public sealed class Signatures
{
    private const string Python = """
        import sys, json, base64
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        for line in open(sys.argv[1], encoding="utf-8"):
            r = json.loads(line)
            request = AWSRequest(method="POST", url=r["url"], data=base64.b64decode(r["body"]), headers=r["headers"])
            request.context["timestamp"] = r["headers"]["x-amz-date"]
            auth = SigV4Auth(Credentials(r["id"], r["secret"], r["token"]), r["service"], r["region"])
            print(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))
        """;

    private static readonly ImmutableCredentials Lasting = new(TestKeys.Id, TestKeys.Secret, null);
    private static readonly ImmutableCredentials Session = new("ASIAEXAMPLE", "other/secret+key", "token//with+signs==");

    private static readonly AwsRequest[] Requests =
    [
        new(AwsService.Sqs, "SendMessage", "", Encoding.UTF8.GetBytes("""{"MessageBody":"ü 😀 \"quoted\" +&=%"}""")),
        new(AwsService.Sns, "Publish", "", new SnsForm("Publish").Add("Message", "ü 😀 +&=% ~*'()").Body),
        new(AwsService.Sqs, "ListQueues", "", "{}"u8.ToArray()),
    ];

    [Fact]
    public async Task A_listener_computes_the_same_signature_by_the_specification()
    {
        foreach (var (received, keys) in await SendAsync())
            received.Header("authorization").ShouldBe(SigV4.Of(received, keys.AccessKey, keys.SecretKey));
    }

    [Fact]
    public async Task What_matters_is_signed()
    {
        foreach (var (received, keys) in await SendAsync())
        {
            var signed = received.Header("authorization");
            var isSqs = received.Header("x-amz-target").Length > 0;
            signed.ShouldContain("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date" + (keys.UseToken ? ";x-amz-security-token" : "") + (isSqs ? ";x-amz-target," : ","));
            signed.ShouldContain(isSqs ? "/eu-west-1/sqs/aws4_request" : "/eu-west-1/sns/aws4_request");
            received.Header("x-amz-security-token").ShouldBe(keys.UseToken ? keys.Token : "");
        }
    }

    [Fact]
    public async Task Botocore_computes_the_same_signature()
    {
        var sent = await SendAsync();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Of("sign.py"), Python, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(folder.Of("requests"), sent.Select(pair => Line(pair.Request, pair.Keys)), TestContext.Current.CancellationToken);
        var python = await PythonWith.ModuleAsync("botocore");
        await using var process = ChildProcess.Start(python, [folder.Of("sign.py"), folder.Of("requests")]);
        (await process.ExitAsync()).ShouldBe(0, process.Stderr);
        process.Stdout.TrimEnd('\n').Split('\n').ShouldBe(sent.Select(pair => pair.Request.Header("authorization").Split("Signature=")[1]));
    }

    private static string Line(PeerRequest request, ImmutableCredentials keys)
    {
        var signed = request.Header("authorization").Split("SignedHeaders=")[1].Split(',')[0].Split(';');
        return JsonSerializer.Serialize(new
        {
            url = $"http://{request.Header("host")}/",
            body = Convert.ToBase64String(request.Body),
            headers = signed.ToDictionary(name => name, request.Header),
            id = keys.AccessKey,
            secret = keys.SecretKey,
            token = keys.UseToken ? keys.Token : null,
            service = request.Header("x-amz-target").Length > 0 ? "sqs" : "sns",
            region = Make.Region,
        });
    }

    private static async Task<List<(PeerRequest Request, ImmutableCredentials Keys)>> SendAsync()
    {
        await using var peer = AwsPeer.Start(_ => AwsPeer.Reply(200, "{}"));
        using var transport = new Transport(TimeProvider.System);
        var all = new List<ImmutableCredentials>();
        foreach (var keys in new[] { Lasting, Session })
        {
            foreach (var request in Requests)
            {
                using var message = RequestSigner.Sign(request, peer.Url, RegionEndpoint.EUWest1, keys, new DateTimeOffset(2026, 11, 22, 1, 2, 3, TimeSpan.Zero));
                (await transport.SendAsync(message, TimeSpan.Zero, 1000, TestContext.Current.CancellationToken)).Answer!.Status.ShouldBe(200);
                all.Add(keys);
            }
        }

        return [.. peer.Requests.Zip(all)];
    }
}
