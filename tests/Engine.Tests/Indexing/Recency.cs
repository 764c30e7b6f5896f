using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Indexing;

public sealed class Recency
{
    private readonly CacheIndex _index = Indexes.New(recency: true);

    [Fact]
    public void Entries_are_in_the_order_of_their_last_use()
    {
        for (var i = 1; i <= 5; i++) Put(i);
        _index.Touch(Name(2), Levels.None);
        _index.Touch(Name(1), Levels.None);
        _index.Touch(Name(1), Levels.None);
        _index.Touch(Name(99), Levels.None); // not there
        Oldest(9).ShouldBe([3, 4, 5, 2, 1]);
        Newest(9).ShouldBe([1, 2, 5, 4, 3]);
        Oldest(2).ShouldBe([3, 4]);
        Newest(0).ShouldBeEmpty();
        _index.CheckIntegrity();
    }

    [Fact]
    public void An_entry_stored_anew_is_used_and_one_that_is_only_seen_again_is_not()
    {
        for (var i = 1; i <= 3; i++) Put(i);
        Put(1);                                                        // our own write coming back
        _index.SetValid(Name(1), Levels.None, 7);
        (Facts(2) with { Stored = 1_800_000_000 }).PutInto(_index);
        Oldest(9).ShouldBe([1, 3, 2]);
    }

    [Fact]
    public void What_is_listed_has_size_and_times()
    {
        (Facts(1) with { Length = 12_345, Stored = 100, Valid = 200 }).PutInto(_index);
        var into = new List<ListedEntry>();
        _index.CollectOldest(1, into);
        (into[0].Entry.Name, into[0].Length, into[0].Stored, into[0].Valid).ShouldBe((Name(1), 12_345, 100, 200));
    }

    [Fact]
    public void Random_uses_leave_the_order_a_plain_list_has()
    {
        var random = new Random(6);
        var model = new List<int>(); // the oldest first
        for (var step = 0; step < 100_000; step++)
        {
            var i = random.Next(1, 200);
            var known = model.Remove(i);
            switch (random.Next(10))
            {
                case < 3:
                    _index.Remove(Name(i), Levels.None).ShouldBe(known);
                    break;
                case < 6 when known:
                    _index.Touch(Name(i), Levels.None);
                    model.Add(i);
                    break;
                default:
                    (Facts(i) with { Stored = step + 1 }).PutInto(_index);
                    model.Add(i);
                    break;
            }

            if (step % 1000 == 0) _index.CheckIntegrity();
            if (step % 50 == 0) Oldest(1000).ShouldBe(model);
        }

        Newest(1000).ShouldBe(Enumerable.Reverse(model));
        foreach (var i in model) _index.Remove(Name(i), Levels.None);
        Oldest(1).ShouldBeEmpty();
        _index.CheckIntegrity();
    }

    [Fact]
    public void An_entry_can_be_put_just_below_any_other()
    {
        for (var i = 1; i <= 5; i++) Put(i);
        void Below(int i, int above) => _index.Touch(Name(i), Levels.None, Name(above));
        Below(1, 5); // the oldest below the newest
        Newest(9).ShouldBe([5, 1, 4, 3, 2]);
        Below(5, 2); // the newest becomes the oldest
        Newest(9).ShouldBe([1, 4, 3, 2, 5]);
        Oldest(9).ShouldBe([5, 2, 3, 4, 1]);
        Below(4, 1); // it is there
        Below(3, 3);
        Below(9, 1); // there is none
        Newest(9).ShouldBe([1, 4, 3, 2, 5]);
        Below(2, 9);
        Newest(9).ShouldBe([1, 4, 3, 5, 2]);
        _index.CheckIntegrity();
    }

    [Fact]
    public void A_rescan_that_misses_entries_takes_them_out_of_the_order()
    {
        for (var i = 1; i <= 4; i++) Put(i);
        _index.BeginRescan();
        Put(4);
        Put(2);
        _index.SweepUnseen().ShouldBe(2);
        Oldest(9).ShouldBe([2, 4]);
        _index.CheckIntegrity();
    }

    [Fact]
    public void An_index_without_an_order_says_so()
    {
        var plain = Indexes.Of("httpa.example.org/");
        plain.HasRecency.ShouldBeFalse();
        plain.Touch(Name(1), Levels.None);
        Should.Throw<InvalidOperationException>(() => plain.CollectOldest(1, []));
        Should.Throw<InvalidOperationException>(() => plain.CollectNewest(1, []));
        plain.CheckIntegrity();
    }

    private void Put(int i) => Facts(i).PutInto(_index);

    private int[] Oldest(int count) => Ids(into => _index.CollectOldest(count, into));

    private int[] Newest(int count) => Ids(into => _index.CollectNewest(count, into));

    private static int[] Ids(Action<List<ListedEntry>> collect)
    {
        var into = new List<ListedEntry>();
        collect(into);
        return [.. into.Select(entry => (int)entry.Entry.Name.Value)];
    }

    private static Facts Facts(int i) => new($"httpa.example.org/{i}", [$"tag-{i % 7}"]) { Name = Name(i) };

    private static EntryName Name(int i) => new((UInt128)(uint)i);
}
