namespace Towncrier.EndToEnd.Support;

/// <summary>
/// The built executable: what TOWNCRIER_BINARY names, which <c>./test</c> has just published as it is installed, else
/// towncrier.dll beside this test assembly, where the project reference puts it.
/// </summary>
internal static class TowncrierBinary
{
    public static string Dll { get; } = Environment.GetEnvironmentVariable("TOWNCRIER_BINARY") is { Length: > 0 } named ? named : Path.Combine(AppContext.BaseDirectory, "towncrier.dll");

    /// <summary>Starts it with these arguments and returns at once.</summary>
    public static ChildProcess Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        File.Exists(Dll).ShouldBeTrue($"{Dll} is missing: build the Host project");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return ChildProcess.Start(dotnet, [Dll, .. args], environment);
    }
}
