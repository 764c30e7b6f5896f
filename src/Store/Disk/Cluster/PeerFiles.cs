using Towncrier.Linux;
using Towncrier.Store.Writing;

namespace Towncrier.Store.Cluster;

/// <summary>Fetches peers' files, each into a file of its own aside of the cache, where it can be judged before it gets a name.</summary>
/// <param name="longest">Bytes of a file; a longer one is given up as soon as that is known.</param>
internal sealed class PeerFiles(PeerClient client, StoreDirectory directory, long longest)
{
    /// <param name="name">As it is asked for.</param>
    /// <returns>
    /// The file, which the caller disposes of; null when the peer does not have it any more, or with what kept it from being
    /// written: <see cref="Errno.EFBIG"/> when it is too long.
    /// </returns>
    /// <exception cref="IOException">The peer cannot be reached, answers something else, or broke off.</exception>
    public async Task<(TempFile? File, Errno Errno)> FetchAsync(Uri address, string name, CancellationToken cancel)
    {
        var errno = directory.TryCreate(out var file);
        if (errno != Errno.None) return (null, errno);
        var isWhole = false;
        try
        {
            var found = await client.FetchAsync(
                address,
                name,
                length => (errno = length > longest ? Errno.EFBIG : Errno.None) == Errno.None,
                piece => (errno = file!.Length + piece.Length > longest ? Errno.EFBIG : file.Append(piece.Span)) == Errno.None,
                cancel).ConfigureAwait(false);
            isWhole = found && errno == Errno.None;
            return (isWhole ? file : null, errno);
        }
        finally
        {
            if (!isWhole) file!.Dispose();
        }
    }
}
