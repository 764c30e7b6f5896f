using Towncrier.Agent.Nginx;

namespace Towncrier.Store.Cluster;

/// <summary>One object that is to be fetched.</summary>
/// <param name="Done">Told what became of it; null when it was not asked for any more.</param>
/// <param name="Until">Ended when nobody wants it any more.</param>
internal sealed record Order(SharedObject Object, EntryName Name, Action<PullResult?>? Done, CancellationToken Until);
