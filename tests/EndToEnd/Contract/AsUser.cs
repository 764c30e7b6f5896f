using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>The real binary as the user nobody, from a copy that this user can read. Skips by name where that cannot be.</summary>
internal sealed class AsUser
{
    private readonly string _dll;

    public AsUser(TempFolder folder)
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("only root can run a program as another user");
        var home = folder.Make("binary");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(TowncrierBinary.Dll)!).Where(f => Path.GetExtension(f) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        _dll = Path.Combine(home, "towncrier.dll");
    }

    public ChildProcess Start(params string[] args)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return ChildProcess.Start("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", dotnet, _dll, .. args], new Dictionary<string, string> { ["HOME"] = "/nonexistent" });
    }

    public async Task<CliResult> RunAsync(params string[] args)
    {
        await using var process = Start(args);
        var code = await process.ExitAsync();
        return new CliResult(code, process.Stdout, process.Stderr);
    }
}
