using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>Signature Version 4 of requests without a query, written from AWS's specification and not from any SDK.</summary>
internal static class SigV4
{
    /// <summary>The Authorization header that the request should have, by the headers that it says it signed.</summary>
    public static string Of(PeerRequest request, string id, string secret)
    {
        var parts = request.Header("authorization")["AWS4-HMAC-SHA256 ".Length..].Split(", ").ToDictionary(part => part.Split('=', 2)[0], part => part.Split('=', 2)[1]);
        var scope = parts["Credential"][(parts["Credential"].IndexOf('/', StringComparison.Ordinal) + 1)..];
        var names = parts["SignedHeaders"].Split(';');
        var line = request.Line.Split(' ');
        var canonical = string.Join('\n', [line[0], line[1], "", .. names.Select(name => $"{name}:{request.Header(name)}"), "", string.Join(';', names), Hex(SHA256.HashData(request.Body))]);
        var toSign = $"AWS4-HMAC-SHA256\n{request.Header("x-amz-date")}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return $"AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={parts["SignedHeaders"]}, Signature={Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)))}";
    }

    /// <summary>The time that was signed.</summary>
    public static DateTimeOffset TimeOf(PeerRequest request) =>
        DateTimeOffset.ParseExact(request.Header("x-amz-date"), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
