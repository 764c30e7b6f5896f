using System.Globalization;
using System.Text;

namespace Towncrier.Agent.Journaling;

/// <summary>
/// One agent per state directory: an flock on the file <c>lock</c> in it, which the kernel gives back however the agent
/// ends. The file stays, and holds the process id of its latest holder.
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
                $"the state directory {directory} is in use by another agent (its process id is in {path}); stop that one, or give this agent a state directory of its own",
                ex);
        }
    }

    public void Dispose() => _file.Dispose();
}
