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
        _index.Order!.Touch(Name(2), Levels.None);
        _index.Order!.Touch(Name(1), Levels.None);
        _index.Order!.Touch(Name(1), Levels.None);
        _index.Order!.Touch(Name(99), Levels.None); // not there
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
        _index.Order!.CollectOldest(1, into);
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
                    _index.Order!.Touch(Name(i), Levels.None);
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
        bool Below(int i, int above) => _index.Order!.TouchBelow(Name(i), Name(above), Levels.None);
        Below(1, 5); // the oldest below the newest
        Newest(9).ShouldBe([5, 1, 4, 3, 2]);
        Below(5, 2); // the newest becomes the oldest
        Newest(9).ShouldBe([1, 4, 3, 2, 5]);
        Oldest(9).ShouldBe([5, 2, 3, 4, 1]);
        Below(4, 1); // it is there
        Below(3, 3);
        Below(9, 1).ShouldBeTrue(); // there is none
        Newest(9).ShouldBe([1, 4, 3, 2, 5]);
        Below(2, 9).ShouldBeFalse();
        Newest(9).ShouldBe([1, 4, 3, 2, 5]);
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
    public void The_order_is_the_same_in_an_index_that_was_filled_anew()
    {
        for (var i = 1; i <= 6000; i++) (Facts(i) with { Levels = i % 2 == 0 ? Levels.None : Two }).PutInto(_index);
        foreach (var i in (int[])[4, 2, 5999]) _index.Order!.Touch(Name(i), i % 2 == 0 ? Levels.None : Two);
        var (saved, before) = (_index.Order!.Save(), Oldest(9000));
        var anew = Indexes.New(recency: true);
        for (var i = 6000; i >= 1; i--) (Facts(i) with { Levels = i % 2 == 0 ? Levels.None : Two }).PutScannedInto(anew);
        anew.Order!.Restore(saved, Facts(1).Stored);
        Ids(into => anew.Order!.CollectOldest(9000, into)).ShouldBe(before);
        anew.CheckIntegrity();
    }

    [Fact]
    public void What_was_stored_after_the_order_was_saved_is_on_top_and_what_is_in_none_below()
    {
        foreach (var i in (int[])[1, 2, 3]) (Facts(i) with { Stored = 100 }).PutInto(_index);
        _index.Order!.Touch(Name(1), Levels.None);
        var saved = _index.Order!.Save(); // 2, 3, 1
        var anew = Indexes.New(recency: true);
        foreach (var (i, stored) in (ValueTuple<int, int>[])[(9, 301), (1, 100), (8, 300), (3, 100), (7, 200), (6, 199)]) (Facts(i) with { Stored = stored }).PutScannedInto(anew);
        anew.Order!.Restore(saved, 200);
        Ids(into => anew.Order!.CollectOldest(9, into)).ShouldBe([6, 7, 3, 1, 8, 9]);
        anew.CheckIntegrity();
    }

    [Fact]
    public void What_was_put_or_used_since_the_scan_began_is_above_what_is_restored()
    {
        _index.Order!.ExpectRestore();
        foreach (var i in (int[])[1, 2, 3, 4]) (Facts(i) with { Stored = 100 }).PutScannedInto(_index);
        foreach (var i in (int[])[7, 6, 5]) (Facts(i) with { Stored = 50 }).PutInto(_index); // of a peer
        _index.Order!.TouchBelow(Name(6), Name(7), Levels.None);
        _index.Order!.Touch(Name(2), Levels.None);
        (Facts(8) with { Stored = 60 }).PutInto(_index);
        _index.Remove(Name(8), Levels.None);
        (Facts(9) with { Stored = 70 }).PutScannedInto(_index); // in the row that 8 had
        _index.Order!.Restore([], long.MaxValue);
        Oldest(9).ShouldBe([9, 1, 3, 4, 6, 7, 5, 2]);
        _index.Order!.Touch(Name(9), Levels.None); // from now on as ever
        Newest(2).ShouldBe([9, 2]);
        _index.CheckIntegrity();
    }

    [Fact]
    public void Where_none_was_saved_entries_count_as_used_when_they_were_stored()
    {
        foreach (var i in (int[])[3, 1, 2]) (Facts(i) with { Stored = i * 100 }).PutScannedInto(_index);
        _index.Order!.Restore([], long.MaxValue);
        Oldest(9).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void An_index_keeps_no_order_that_nobody_asked_for()
    {
        var plain = Indexes.Of("httpa.example.org/");
        plain.Order.ShouldBeNull();
        plain.CheckIntegrity();
    }

    // As 1:2 is written.
    private static Levels Two => new(1 + (3 * 2));

    private void Put(int i) => Facts(i).PutInto(_index);

    private int[] Oldest(int count) => Ids(into => _index.Order!.CollectOldest(count, into));

    private int[] Newest(int count) => Ids(into => _index.Order!.CollectNewest(count, into));

    private static int[] Ids(Action<List<ListedEntry>> collect)
    {
        var into = new List<ListedEntry>();
        collect(into);
        return [.. into.Select(entry => (int)entry.Entry.Name.Value)];
    }

    private static Facts Facts(int i) => new($"httpa.example.org/{i}", [$"tag-{i % 7}"]) { Name = Name(i) };

    private static EntryName Name(int i) => new((UInt128)(uint)i);
}
