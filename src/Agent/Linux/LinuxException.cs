using System.ComponentModel;

namespace Towncrier.Linux;

/// <summary>A system call failed in a way its caller cannot work around. Names the call, the path and the remedy.</summary>
public sealed class LinuxException : IOException
{
    public LinuxException(string call, string path, Errno errno)
        : base(Describe(call, path, errno))
    {
        Call = call;
        Path = path;
        Errno = errno;
    }

    public string Call { get; }

    public string Path { get; }

    public Errno Errno { get; }

    private static string Describe(string call, string path, Errno errno)
    {
        var text = $"{call}({path}): {new Win32Exception((int)errno).Message} ({errno})";
        return KernelLimits.Hint(call, errno) is { } hint ? $"{text}; {hint}" : text;
    }
}
