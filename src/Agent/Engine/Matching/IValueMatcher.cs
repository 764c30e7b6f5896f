using Towncrier.Agent.Indexing;

namespace Towncrier.Agent.Matching;

/// <summary>One value of a message, compiled for one cache.</summary>
internal interface IValueMatcher
{
    bool Matches(in EntryView entry);
}

/// <summary>A value that is found by looking up rather than by scanning.</summary>
internal interface IDirectMatcher : IValueMatcher
{
    void Find(CacheIndex index, List<EntryRef> into);
}
