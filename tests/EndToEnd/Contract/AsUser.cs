using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Contract;

/// <summary>The real binary as another user, from a copy that this user can read. Skips by name where that cannot be.</summary>
internal sealed class AsUser
{
    private readonly string _dll;
    private readonly int _id;

    /// <param name="id">The user's and the group's; no name needs to have it. Left out: nobody.</param>
    public AsUser(TempFolder folder, int id = 65534)
    {
        _id = id;
        if (!Environment.IsPrivilegedProcess) Assert.Skip("only root can run a program as another user");
        var home = folder.Make("binary");
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(TowncrierBinary.Dll)!).Where(f => Path.GetExtension(f) is ".dll" or ".json"))
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        _dll = Path.Combine(home, "towncrier.dll");
    }

    public ChildProcess Start(params string[] args) =>
        StartProgram(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [_dll, .. args], new Dictionary<string, string>());

    /// <summary>Any program as this user.</summary>
    public ChildProcess StartProgram(string program, IEnumerable<string> args, IReadOnlyDictionary<string, string> environment) => ChildProcess.Start(
        "setpriv", [$"--reuid={_id}", $"--regid={_id}", "--clear-groups", program, .. args], new Dictionary<string, string>(environment) { ["HOME"] = "/nonexistent" });

    /// <summary>The binary, to be run by <c>dotnet</c>.</summary>
    public string Dll => _dll;

    public async Task<CliResult> RunAsync(params string[] args)
    {
        await using var process = Start(args);
        var code = await process.ExitAsync();
        return new CliResult(code, process.Stdout, process.Stderr);
    }
}
