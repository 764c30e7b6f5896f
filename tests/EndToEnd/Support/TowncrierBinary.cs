namespace Towncrier.EndToEnd.Support;

/// <summary>The built executable: towncrier.dll beside this test assembly, where the project reference puts it.</summary>
internal static class TowncrierBinary
{
    /// <summary>Starts it with these arguments and returns at once.</summary>
    public static ChildProcess Start(IEnumerable<string> args, IReadOnlyDictionary<string, string>? environment = null)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "towncrier.dll");
        File.Exists(dll).ShouldBeTrue($"{dll} is missing: build the Host project");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return ChildProcess.Start(dotnet, [dll, .. args], environment);
    }
}
