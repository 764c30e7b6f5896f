using System.Globalization;
using Towncrier.Agent.Governing;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Governing;

public sealed class Victims
{
    private const int Objects = 20_000;
    private const int Room = 2_000;
    private const int Requests = 150_000;

    /// <summary>Requests as people make them, a few objects most of the time: sampling keeps as many hits as exact LRU does.</summary>
    [Theory]
    [InlineData(0.7)]
    [InlineData(0.9)]
    [InlineData(1.1)]
    public void Sampling_hits_about_as_often_as_exact_lru(double skew)
    {
        var exact = HitRatio(skew, recency: true);
        var sampled = HitRatio(skew, recency: false);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"skew {skew}: {exact:p2} exact, {sampled:p2} sampled"));
        sampled.ShouldBeGreaterThan(exact - 0.01);
        exact.ShouldBeInRange(0.2, 0.95); // or else the trace shows nothing
    }

    [Fact]
    public void Victims_come_with_the_oldest_first_and_no_more_than_are_needed()
    {
        var index = Indexes.New(recency: true);
        for (var i = 0; i < 100; i++) Facts(i).PutInto(index);
        var victims = new OldestVictims(index.Order!) { BlockSize = 4096 };
        Ids(victims.Next(3, 10)).ShouldBe([0, 1, 2]);
        Ids(victims.Next(1, 10, bytes: 4 * 4096)).ShouldBe([0, 1, 2, 3]);
        Ids(victims.Next(6, 10, bytes: 4096)).ShouldBe([0, 1, 2, 3, 4, 5]);
        Ids(victims.Next(1, 2, bytes: 1 << 20)).ShouldBe([0, 1]);
        victims.Spare(victims.Next(1, 1)[0].Entry);
        Ids(victims.Next(1, 1)).ShouldBe([1]);
    }

    [Fact]
    public void A_victim_used_since_it_was_looked_at_stays_and_one_that_is_gone_is_passed_over()
    {
        var index = Indexes.New();
        for (var i = 0; i < 50; i++) Facts(i).PutInto(index);
        var looks = new int[50];
        var victims = new SampledVictims(index.Rows, Look, new Random(1));
        // All are in the pool after the first look; the oldest of them is then used, and the next one's file goes.
        Ids(victims.Next(1, 1)).ShouldBe([2]);

        bool Look(ListedEntry entry, out Victim victim)
        {
            var id = (int)entry.Entry.Name.Value;
            var again = looks[id]++ > 0;
            victim = new Victim(entry, DateTimeOffset.UnixEpoch.AddSeconds(again && id == 0 ? 1000 : id), 1);
            return !(again && id == 1);
        }
    }

    [Fact]
    public void No_victim_is_given_twice_and_the_better_half_stays()
    {
        var index = Indexes.New();
        for (var i = 0; i < 2000; i++) Facts(i).PutInto(index);
        var victims = new SampledVictims(index.Rows, (ListedEntry entry, out Victim victim) =>
        {
            victim = new Victim(entry, DateTimeOffset.UnixEpoch.AddSeconds((int)entry.Entry.Name.Value), 10);
            return true;
        }, new Random(1));
        var some = Ids(victims.Next(100, 1000, bytes: 2000));
        some.Distinct().Count().ShouldBe(200);
        some.Length.ShouldBe(200);
        some.Count(id => id < 1000).ShouldBeGreaterThan(190);
    }

    [Fact]
    public void A_pool_keeps_the_best_and_each_once()
    {
        var pool = new VictimPool(3);
        foreach (var id in (int[])[5, 9, 7, 5, 3, 8, 9]) pool.Offer(VictimOf(id));
        var taken = new List<int>();
        while (pool.TryTake(out var victim)) taken.Add((int)victim.Entry.Entry.Name.Value);
        taken.ShouldBe([3, 5, 7]);
        pool.Count.ShouldBe(0);
        pool.Contains(VictimOf(5).Entry.Entry).ShouldBeFalse();
    }

    [Fact]
    public void An_empty_index_has_no_victims()
    {
        new SampledVictims(Indexes.New().Rows, (ListedEntry entry, out Victim victim) => (victim = default) == default, new Random(1)).Next(5, 5).ShouldBeEmpty();
        new OldestVictims(Indexes.New(recency: true).Order!).Next(5, 5, 100).ShouldBeEmpty();
    }

    private static double HitRatio(double skew, bool recency)
    {
        var index = Indexes.New(recency: recency);
        var lastUse = new long[Objects];
        IVictims victims = index.Order is { } order ? new OldestVictims(order) : new SampledVictims(index.Rows, Look, new Random(3));
        var random = new Random(7);
        var zipf = Zipf(skew);
        var hits = 0;
        for (var now = 1; now <= Requests; now++)
        {
            var at = Array.BinarySearch(zipf, random.NextDouble() * zipf[^1]);
            var id = Math.Min(Objects - 1, at < 0 ? ~at : at);
            if (lastUse[id] > 0) hits++;
            else Facts(id).PutInto(index);
            lastUse[id] = now;
            index.Order?.Touch(Name(id), Levels.None);
            if (index.Count <= Room) continue;
            foreach (var victim in victims.Next(1, 1))
            {
                index.Remove(victim.Entry.Entry.Name, Levels.None).ShouldBeTrue();
                lastUse[(int)victim.Entry.Entry.Name.Value] = 0;
            }
        }

        return (double)hits / Requests;

        bool Look(ListedEntry entry, out Victim victim)
        {
            var used = lastUse[(int)entry.Entry.Name.Value];
            victim = new Victim(entry, new DateTimeOffset(used, TimeSpan.Zero), 4096);
            return used > 0;
        }
    }

    /// <summary>Running sums of 1 / rank^skew.</summary>
    private static double[] Zipf(double skew)
    {
        var sums = new double[Objects];
        for (var i = 0; i < Objects; i++) sums[i] = (i == 0 ? 0 : sums[i - 1]) + Math.Pow(i + 1, -skew);
        return sums;
    }

    private static Victim VictimOf(int id) => new(new ListedEntry(new EntryRef((uint)id, Name(id), Levels.None), 1, 1, 1), DateTimeOffset.UnixEpoch.AddSeconds(id), 1);

    private static int[] Ids(List<Victim> victims) => [.. victims.Select(victim => (int)victim.Entry.Entry.Name.Value)];

    private static Facts Facts(int i) => new($"httpa.example.org/{i}", []) { Name = Name(i) };

    private static EntryName Name(int i) => new((UInt128)(uint)i);
}
