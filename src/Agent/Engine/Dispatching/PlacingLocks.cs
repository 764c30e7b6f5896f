using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Dispatching;

/// <summary>
/// Held by name while this process judges a file, gives it its name and tells the index: of two files of one name, disk and
/// index then have the same one. Who searches the index waits for all that had begun (<see cref="WaitForAll"/>): what was
/// judged before a message was armed is then found, and what is judged later meets the message.
/// </summary>
internal sealed class PlacingLocks
{
    private const int Count = 64;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, Count).Select(_ => new Lock())];

    public Lock this[EntryName name] => _locks[(int)((ulong)name.Value % Count)];

    /// <summary>Returns when every placement that had begun is in the index or given up.</summary>
    public void WaitForAll()
    {
        foreach (var one in _locks)
        {
            one.Enter();
            one.Exit();
        }
    }
}
