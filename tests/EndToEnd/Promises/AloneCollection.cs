namespace Towncrier.EndToEnd.Promises;

/// <summary>Tests whose origin keeps a time limit of its own: they run when no other does, since a busy process would break it.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
