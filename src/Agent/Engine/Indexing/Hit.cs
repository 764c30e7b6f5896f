namespace Towncrier.Agent.Indexing;

/// <summary>What a pattern found in a snapshot's chunk: to be confirmed, because the entry may be gone by now.</summary>
/// <param name="Value">The number of the value that found it.</param>
/// <param name="At">Where the record's text stands in the chunk.</param>
internal readonly record struct Hit(int Value, uint Row, int At, int Length);
