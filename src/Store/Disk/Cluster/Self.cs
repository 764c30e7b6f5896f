namespace Towncrier.Store.Cluster;

/// <summary>One node as it calls itself in its notices.</summary>
/// <param name="Name">May be another's, too: only with its address it is this node.</param>
/// <param name="Address">Where its shelf is.</param>
/// <param name="Run">Another after each start. Who hears a new one knows that what was to be announced before may never have been.</param>
internal sealed record Self(string Name, Uri Address, long Run)
{
    public static Self Begin(string name, Uri address, TimeProvider clock) => new(name, address, clock.GetUtcNow().ToUnixTimeMilliseconds());

    public bool IsIn(Notice notice) => notice.Node == Name && notice.Address == Address;
}
