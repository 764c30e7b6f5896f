using System.Text;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>Files that hold one secret. Their content is never in a problem.</summary>
internal static class SecretFile
{
    /// <summary>Far above any secret; a bigger file is the wrong file.</summary>
    private const int MaxBytes = 4096;

    /// <summary>The file's text without the line's end; null with a problem added.</summary>
    public static string? Read(Sourced<string> path, string kind, List<ConfigProblem> problems)
    {
        string what;
        // A secret where its file's name should be: the path is not to be shown.
        if (path.Value.Contains("SharedAccess", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add(new ConfigProblem(path.Where, $"here is the {kind} itself, not the name of a file", $"Write it into a file that only user {Environment.UserName} can read, and name that"));
            return null;
        }

        try
        {
            using var file = File.OpenRead(path.Value);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var secret = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\r', '\n');
            if (length is > 0 and <= MaxBytes && secret.Length > 0) return secret;
            what = length > MaxBytes ? $"the {kind} file {path.Value} is larger than {MaxBytes} bytes" : $"the {kind} file {path.Value} is empty";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            what = $"the {kind} file cannot be read: {e.Message}";
        }

        problems.Add(new ConfigProblem(path.Where, what, $"Name a file that user {Environment.UserName} can read and that holds the {kind} alone"));
        return null;
    }
}
