namespace Towncrier.EndToEnd.Promises;

/// <summary>A folder of its own in memory, where the system has such a place; else below its temporary path.</summary>
internal sealed class MemoryFolder : IDisposable
{
    private const string Shared = "/dev/shm";

    private readonly string _path = Directory.CreateDirectory(
        Path.Combine(Directory.Exists(Shared) ? Shared : Path.GetTempPath(), "towncrier-" + Guid.NewGuid().ToString("N"))).FullName;

    public string Of(string name) => Path.Combine(_path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (IOException)
        {
            // A server wrote one more file while the tree was being deleted: once more.
            Directory.Delete(_path, recursive: true);
        }
    }
}
