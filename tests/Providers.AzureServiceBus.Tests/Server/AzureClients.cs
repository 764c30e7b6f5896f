namespace Towncrier.Providers.AzureServiceBus.Tests.Server;

/// <summary>Runs a script of tests/Peers/azure, which uses Microsoft's npm clients.</summary>
internal static class AzureClients
{
    /// <summary>Fails with what the script said unless it ends well and with "ok". Skips the test when the clients are not installed.</summary>
    public static async Task RunAsync(string script, ServiceBusServer server, params string[] args)
    {
        await NodeTool.RequireAsync("azure", 18);
        var environment = new Dictionary<string, string>();
        if (server.CertificateFile is { } certificate) environment["NODE_EXTRA_CA_CERTS"] = certificate;
        await using var node = ChildProcess.Start("node", ["--no-deprecation", RepositoryFolder.Of("tests", "Peers", "azure", script), .. args], environment);
        var status = await node.ExitAsync(TimeSpan.FromSeconds(60));
        (status, node.Stdout.Trim()).ShouldBe((0, "ok"), node.Stderr + "\n" + string.Join('\n', server.Requests.TakeLast(5)));
    }
}
