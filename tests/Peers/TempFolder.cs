namespace Towncrier.Peers;

/// <summary>A folder of its own under the system's temporary path; deleted with everything in it on dispose.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>The absolute path. Mode 0755, so that a worker running as another user can reach what is below it.</summary>
    public string Path { get; } = CreateUnique();

    /// <summary>Joins <paramref name="names"/> below this folder; creates nothing.</summary>
    public string Of(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Creates the folder <paramref name="name"/> below this one and returns its path.</summary>
    public string Make(string name) => Directory.CreateDirectory(Of(name)).FullName;

    public void Dispose()
    {
        // A server may create one more file while the tree is being deleted; a second pass takes it.
        for (var attempt = 0; attempt < 3 && Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < 2)
            {
                continue;
            }
        }
    }

    private static string CreateUnique()
    {
        var path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "towncrier-" + Guid.NewGuid().ToString("N"));
        return Directory.CreateDirectory(path).FullName;
    }
}
