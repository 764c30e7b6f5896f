namespace Towncrier.Host.Configuring;

/// <summary>What the default state directory depends on; tests make their own.</summary>
/// <param name="SystemStateIsOurs">Whether we may write to <see cref="SystemState"/>: as root, or because someone made it for us.</param>
/// <param name="UserState">$XDG_STATE_HOME or ~/.local/state; null when there is neither.</param>
internal sealed record HostFacts(bool SystemStateIsOurs, string? UserState)
{
    public const string SystemState = "/var/lib/towncrier";

    public static HostFacts Detect(IReadOnlyDictionary<string, string> environment) =>
        new(Environment.IsPrivilegedProcess || CanWrite(SystemState), FindUserState(environment));

    // Relative values are to be ignored, says the XDG base directory specification.
    private static string? FindUserState(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("XDG_STATE_HOME", out var xdg) && xdg.StartsWith('/')) return xdg;
        return environment.TryGetValue("HOME", out var home) && home.StartsWith('/') ? Path.Combine(home, ".local/state") : null;
    }

    // The one honest test of writability: ACLs, read-only mounts and user namespaces are not in the mode bits.
    private static bool CanWrite(string directory)
    {
        try
        {
            var probe = Path.Combine(directory, ".probe-" + Guid.NewGuid().ToString("n"));
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
