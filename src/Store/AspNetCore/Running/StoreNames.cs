namespace Towncrier.Store.AspNetCore.Running;

/// <summary>The stores an application may have; each has options of its own by this name.</summary>
internal static class StoreNames
{
    public const string OutputCache = "output-cache";

    public const string DistributedCache = "distributed-cache";
}
