using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Peers;
using Towncrier.Store.Cluster;

namespace Towncrier.Store.Tests;

/// <summary>The order in which what a peer has is kept here.</summary>
public sealed class Rooms
{
    [Fact]
    public void What_comes_of_a_list_is_kept_in_its_order_below_what_is_left_of_it()
    {
        using var folder = new TempFolder();
        using var cache = new Agent.Dispatching.Cache(
            new CacheSettings { Path = folder.Path, Key = "$scheme$host$request_uri", KeepsRecency = true }, new DispatchOptions(), TimeProvider.System, NullLogger.Instance);
        var order = new Room(cache, Levels.None).Order(withHere: true);
        Come(2);
        Come(1); // announced a moment ago, and found to be here at its turn
        order(Name(1), PullResult.Here);
        order(Name(2), PullResult.Pulled);
        foreach (var number in (int[])[3, 4, 5]) Come(number, PullResult.Pulled);
        foreach (var gone in (int[])[5, 4]) cache.Index.Remove(Name(gone), Levels.None); // as where the disk was full, and they were the oldest
        foreach (var number in (int[])[6, 7]) Come(number, PullResult.Pulled);
        var kept = new List<ListedEntry>();
        cache.Index.Order!.CollectNewest(9, kept);
        kept.Select(entry => (int)entry.Entry.Name.Value).ShouldBe([1, 2, 3, 6, 7]);

        void Come(int number, PullResult? result = null)
        {
            cache.Index.Put(new EntryFacts { Name = Name(number), Key = "httpexample.org/"u8, Valid = long.MaxValue });
            order(Name(number), result);
        }
    }

    private static EntryName Name(int number) => new((UInt128)(uint)number);
}
