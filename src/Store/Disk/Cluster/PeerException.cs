namespace Towncrier.Store.Cluster;

/// <summary>A peer cannot be reached, or answers something else than it was asked for.</summary>
/// <param name="isLasting">It would answer the same if it were asked again at once.</param>
internal sealed class PeerException(string message, bool isLasting, Exception? inner = null) : IOException(message, inner)
{
    public bool IsLasting { get; } = isLasting;
}
