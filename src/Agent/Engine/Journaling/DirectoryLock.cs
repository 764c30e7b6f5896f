using System.Globalization;
using System.Text;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// One agent per state directory: an flock on the file <c>lock</c> in it, which the kernel gives back however the agent
/// ends. The file stays; it names the process for the words of the next one.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private const int WouldBlock = 11;   // EWOULDBLOCK: what .NET reports for a held flock on Linux

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another agent holds it, or the directory cannot be written.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "lock");
        try
        {
            var file = PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return new DirectoryLock(file);
        }
        catch (IOException ex) when (ex.HResult == WouldBlock)
        {
            throw new IOException(
                $"the state directory {directory} is in use by another agent{Holder(path)}; stop that one, or give this agent a state directory of its own",
                ex);
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new StreamReader(file);
            return int.TryParse(text.ReadToEnd(), CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            // It only makes the words better; the refusal itself is on its way.
            return "";
        }
    }
}
