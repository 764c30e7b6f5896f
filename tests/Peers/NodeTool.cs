using System.Globalization;

namespace Towncrier.Peers;

/// <summary>Node with the packages of a folder of ours.</summary>
public static class NodeTool
{
    /// <summary>Skips the test by name when <c>npm ci</c> was not run in <paramref name="folder"/> of tests/Peers, or Node is older than <paramref name="least"/> or missing.</summary>
    public static async Task RequireAsync(string folder, int least)
    {
        if (!File.Exists(RepositoryFolder.Of("tests", "Peers", folder, "node_modules", ".package-lock.json")))
            Assert.Skip($"the npm packages of tests/Peers/{folder} are not installed (npm ci there)");
        if (await VersionAsync() < least) Assert.Skip($"tests/Peers/{folder} needs Node {least} (Debian: nodejs)");
    }

    private static async Task<int> VersionAsync()
    {
        try
        {
            await using var node = ChildProcess.Start("node", ["--version"]);
            await node.ExitAsync();
            return int.Parse(node.Stdout.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }
}
