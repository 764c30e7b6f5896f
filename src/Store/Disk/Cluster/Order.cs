using Towncrier.Agent.Nginx;

namespace Towncrier.Store.Cluster;

/// <summary>One object that is to be fetched.</summary>
/// <param name="Done">Told what became of it; null when it was not asked for any more.</param>
/// <param name="IsWanted">Asked when its turn has come; null: it is.</param>
internal sealed record Order(SharedObject Object, EntryName Name, Action<EntryName, PullResult?>? Done, Func<bool>? IsWanted);
