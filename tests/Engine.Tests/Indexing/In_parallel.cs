using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Indexing;

public sealed class In_parallel
{
    /// <summary>Writers own disjoint names; readers see at every moment all entries that nobody touches.</summary>
    [Fact]
    public async Task Readers_lose_nothing_that_stands_while_others_come_and_go()
    {
        var index = Indexes.New();
        for (var i = 0; i < 2000; i++) new Facts($"http{i % 3}.example.org/stands/{i}", ["stands"]).PutInto(index);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Read(index, done.Token))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => Task.Run(() => Write(index, writer))));
        await done.CancelAsync();
        (await Task.WhenAll(readers)).ShouldAllBe(rounds => rounds > 0);
        index.CheckIntegrity();
        index.Count.ShouldBe(2000);
    }

    private static void Write(CacheIndex index, int writer)
    {
        var random = new Random(writer);
        var mine = new HashSet<int>();
        for (var i = 0; i < 40_000; i++)
        {
            var n = random.Next(500);
            var name = new EntryName((UInt128)(uint)((writer * 1000) + n));
            if (mine.Contains(n) && random.Next(2) == 0)
            {
                index.Remove(name, Levels.None).ShouldBeTrue();
                mine.Remove(n);
                continue;
            }

            new Facts($"http{n % 4}.example.org/moves/{random.Next(100)}", [$"t{n % 5}", $"t{random.Next(50)}"]) { Name = name }.PutInto(index);
            mine.Add(n);
        }

        foreach (var n in mine) index.Remove(new EntryName((UInt128)(uint)((writer * 1000) + n)), Levels.None);
    }

    private static int Read(CacheIndex index, CancellationToken stop)
    {
        var rounds = 0;
        for (; rounds == 0 || !stop.IsCancellationRequested; rounds++)
        {
            var found = new List<EntryRef>();
            new PatternScan(index).Run([new ScannedValue(new PrefixPattern("/stands/"u8.ToArray()), HostScope.Any.Allows, found)]);
            found.Count.ShouldBe(2000);
            index.Tag("stands").Length.ShouldBe(2000);
            foreach (var entry in found.Take(20)) index.Describe(entry)!.Tags.ShouldBe(["stands"]);
            index.Url("/stands/77").Length.ShouldBe(1);
        }

        return rounds;
    }
}
