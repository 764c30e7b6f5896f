using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Signing;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>Makes the HTTP request of a call, signed by the SDK's public signer (Signature Version 4). Pure.</summary>
internal static class RequestSigner
{
    private const string UserAgent = "towncrier";

    /// <param name="endpoint">Where it is sent. A queue's own URL is a parameter only: an emulator gives ones that do not exist.</param>
    public static HttpRequestMessage Sign(AwsRequest request, Uri endpoint, RegionEndpoint region, ImmutableCredentials keys, DateTimeOffset now)
    {
        var body = request.Body.ToArray();
        var signing = new AWSSigningRequest { HttpMethod = HttpMethod.Post, RequestUri = endpoint, Content = body };
        signing.Headers["Content-Type"] = request.ContentType;
        if (request.Service == AwsService.Sqs) signing.Headers["X-Amz-Target"] = "AmazonSQS." + request.Operation;
        var signed = AWSSigV4Signer.Sign(signing, new AWSSigV4Parameters
        {
            Credentials = keys.UseToken ? new SessionAWSCredentials(keys.AccessKey, keys.SecretKey, keys.Token) : new BasicAWSCredentials(keys.AccessKey, keys.SecretKey),
            Region = region,
            Service = request.ServiceName,
            SignedAt = now.UtcDateTime,
        });

        var message = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        if (request.Service == AwsService.Sqs) message.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSQS." + request.Operation);
        foreach (var (name, value) in signed.Headers) message.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return message;
    }
}
