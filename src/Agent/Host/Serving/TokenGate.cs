using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Towncrier.Host.Serving;

/// <summary>
/// Lets in who shows the token. Health checks need none: they say no more than that the agent runs. Compared in constant
/// time, by hash, so that not even its length is told.
/// </summary>
internal static class TokenGate
{
    /// <param name="ungated">A path that asks for a token of its own; null for none.</param>
    public static void Use(WebApplication app, string token, string? ungated)
    {
        var wanted = Hash("Bearer " + token);
        app.Use(next => http =>
        {
            if (http.Request.Path == "/healthz" || http.Request.Path == "/readyz") return next(http);
            if (ungated is not null && http.Request.Path.StartsWithSegments(ungated)) return next(http);
            if (CryptographicOperations.FixedTimeEquals(wanted, Hash(http.Request.Headers.Authorization.ToString()))) return next(http);
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Results.Problem(detail: "this agent asks for its token: Authorization: Bearer ...", statusCode: 401).ExecuteAsync(http);
        });
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
