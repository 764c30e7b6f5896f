namespace Towncrier.Agent.Indexing;

/// <summary>An entry with what decides whether it stays; as of when it was listed.</summary>
/// <param name="Length">File size in bytes, as the index knows it.</param>
/// <param name="Stored">Unix seconds.</param>
/// <param name="Valid">Unix seconds.</param>
internal readonly record struct ListedEntry(EntryRef Entry, long Length, long Stored, long Valid);
