using System.Text;
using Towncrier.Linux;

namespace Towncrier.Store.Writing;

/// <summary>
/// A file that is being written, in the folder <c>temp</c> of the cache directory, which neither nginx's cache loader nor an
/// agent looks into. It is removed unless it is put in place. It keeps the folder open, whoever closes it. For one thread at a time.
/// </summary>
internal sealed class TempFile : IDisposable
{
    private readonly DirectoryHandle _folder;
    private readonly byte[] _nameZ;
    private readonly OpenFile _file;
    private bool _isPlaced;

    private TempFile(DirectoryHandle folder, byte[] nameZ, OpenFile file) => (_folder, _nameZ, _file) = (folder, nameZ, file);

    public long Length { get; private set; }

    /// <summary><see cref="Errno.ENOENT"/> when the folder is gone, or was closed.</summary>
    /// <param name="number">Unlike that of every other file being written.</param>
    public static Errno TryCreate(DirectoryHandle folder, long number, out TempFile? created)
    {
        created = null;
        var isHeld = false;
        try
        {
            folder.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            return Errno.ENOENT;
        }

        byte[] nameZ = Encoding.ASCII.GetBytes($"{number:d20}\0");
        var errno = folder.TryCreateFile(nameZ, 0b110_000_000, out var file);
        if (errno == Errno.None) created = new TempFile(folder, nameZ, file);
        else folder.DangerousRelease();
        return errno;
    }

    public Errno Append(ReadOnlySpan<byte> bytes)
    {
        var errno = _file.WriteAll(bytes, Length);
        if (errno == Errno.None) Length += bytes.Length;
        return errno;
    }

    /// <summary>Writes over what is there already.</summary>
    public Errno Overwrite(ReadOnlySpan<byte> bytes, long at) => _file.WriteAll(bytes, at);

    /// <summary>What was written, for reading it back.</summary>
    public OpenFile File => _file;

    /// <summary>Gives it its name, over a file that has it.</summary>
    public Errno Place(DirectoryHandle directory, ReadOnlySpan<byte> nameZ)
    {
        var errno = _folder.Rename(_nameZ, directory, nameZ);
        _isPlaced = errno == Errno.None;
        return errno;
    }

    public void Dispose()
    {
        _file.Dispose();
        if (!_isPlaced) _folder.Unlink(_nameZ);
        _folder.DangerousRelease();
    }
}
