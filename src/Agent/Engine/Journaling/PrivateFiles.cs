namespace Towncrier.Agent.Journaling;

/// <summary>Directories and files only the agent's user can read: the journal holds messages and who sent them.</summary>
internal static class PrivateFiles
{
    /// <summary>Makes the directory and those above it that are missing, mode 0700. One that is there stays as it is.</summary>
    public static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("the agent runs on Linux");
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Opens to read and write, unbuffered, with mode 0600 if it is made. .NET takes an exclusive flock for
    /// <see cref="FileShare.None"/> and a shared one otherwise; only other .NET programs and <c>flock</c> heed them.
    /// </summary>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("the agent runs on Linux");
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (mode != FileMode.Open) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
