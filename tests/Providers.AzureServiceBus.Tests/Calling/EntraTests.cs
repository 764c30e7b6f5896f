namespace Towncrier.Providers.AzureServiceBus.Tests.Calling;

/// <summary>A token of Microsoft Entra, as a managed identity gets it, over TLS: in a process of its own, whose environment says where.</summary>
public sealed class EntraTests
{
    private const string Token = "entra-token-1";

    [Fact]
    public async Task A_managed_identity_sends_and_receives()
    {
        await using var identity = RawHttpPeer.Start(request => Answer(200, $$"""{"access_token":"{{Token}}","expires_on":"{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}","resource":"https://servicebus.azure.net","token_type":"Bearer"}"""));
        await using var site = await Site.StartAsync(null, new ServiceBusSettings { Tls = true, BearerTokens = [Token] });
        (await ProbeAsync(site, identity)).ShouldBe("received hello");
        var asked = identity.Requests[0];
        Uri.UnescapeDataString(asked.Target).ShouldContain("resource=https://servicebus.azure.net");
        asked.Header("X-IDENTITY-HEADER").ShouldBe("proof");
        identity.Requests.Count.ShouldBe(1, "the token is kept");
        site.Azure.Requests.ShouldAllBe(request => request.Header("Authorization") == "Bearer");
    }

    [Fact]
    public async Task An_identity_without_a_role_is_told_which_it_needs()
    {
        await using var identity = RawHttpPeer.Start(request => Answer(200, $$"""{"access_token":"another","expires_on":"{{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}}","resource":"https://servicebus.azure.net","token_type":"Bearer"}"""));
        await using var site = await Site.StartAsync(null, new ServiceBusSettings { Tls = true, BearerTokens = [Token] });
        var said = await ProbeAsync(site, identity);
        said.ShouldContain("give this identity the role \"Azure Service Bus Data Sender\" on t or above it");
        said.ShouldNotContain("another");
    }

    [Fact]
    public async Task Without_any_identity_it_is_told_what_would_be_one()
    {
        await using var identity = RawHttpPeer.Start(request => Answer(400, """{"error":"invalid_request","error_description":"no identity"}"""));
        await using var site = await Site.StartAsync(null, new ServiceBusSettings { Tls = true });
        var said = await ProbeAsync(site, identity);
        said.ShouldContain("no token of Microsoft Entra");
        said.ShouldContain("AZURE_CLIENT_ID");
    }

    private static RawReply Answer(int status, string json) =>
        new($"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}");

    private static async Task<string> ProbeAsync(Site site, RawHttpPeer identity)
    {
        using var home = new TempFolder();
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = home.Path,
            ["IDENTITY_ENDPOINT"] = identity.Url + "/msi/token",
            ["IDENTITY_HEADER"] = "proof",
            ["SSL_CERT_FILE"] = site.Azure.CertificateFile!,
            ["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential",
            [EntraProbe.AddressVariable] = site.Azure.TlsAddress!.ToString(),
            [EntraProbe.FileVariable] = home.Of("said"),
        };
        await using var child = ChildProcess.Start("dotnet", [typeof(EntraTests).Assembly.Location, "-noLogo", "-noColor", "-explicit", "only", "-class", typeof(EntraProbe).FullName!], environment);
        (await child.ExitAsync(TimeSpan.FromSeconds(90))).ShouldBe(0, child.Stdout + child.Stderr);
        return await File.ReadAllTextAsync(home.Of("said"), TestContext.Current.CancellationToken);
    }
}
