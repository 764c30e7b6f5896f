using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Watching;

/// <summary>
/// Told of every entry that is new or newly stored, after it is in the index. Called on the scanning threads and the
/// watching one; when it returns, whatever is due for the entry has been done.
/// </summary>
internal delegate void ArrivalHandler(in EntryFacts facts);
