namespace Towncrier.Engine.Tests.Support;

/// <summary>Tests that measure the whole process: nothing else may allocate, or let go, meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
