using Towncrier.Providers.Redis.Reading;

namespace Towncrier.Providers.Redis.Tests;

public sealed class EntryWindowTests
{
    private readonly Room _count = new(100);
    private readonly Room _bytes = new(1000);
    private readonly List<string> _kept = [];
    private readonly EntryWindow _window;

    public EntryWindowTests() => _window = new EntryWindow(new StreamPosition(new EntryId(1, 0), 5), _count, _bytes, _kept.Add);

    [Fact]
    public void The_position_moves_only_past_what_is_settled()
    {
        var (a, b, c) = (Add(2), Add(3), Add(4));
        (_count.Taken, _bytes.Taken).ShouldBe((3, 30));
        _window.Settle(b);
        _kept.ShouldBeEmpty();
        (_count.Taken, _bytes.Taken).ShouldBe((3, 20));
        _window.Settle(a);
        _kept.ShouldBe(["3-0 7"]);
        _window.Settle(c);
        _kept.ShouldBe(["3-0 7", "4-0 8"]);
        (_count.Taken, _bytes.Taken).ShouldBe((0, 0));
        _window.Cursor.ToString().ShouldBe("4-0 8");
    }

    [Fact]
    public void What_is_no_message_is_settled_in_its_turn()
    {
        var a = Add(2);
        _window.Add(new EntryId(3, 0), 0, isSettled: true);
        _kept.ShouldBeEmpty();
        _window.Settle(a);
        _kept.ShouldBe(["3-0 7"]);
    }

    [Fact]
    public void A_correction_moves_the_count_of_all_and_the_place_once_nothing_is_open()
    {
        var a = Add(2);
        _window.Correct(new StreamPosition(new EntryId(9, 0), 16));
        _kept.ShouldBe(["1-0 15"]);
        _window.Settle(a);
        _kept.ShouldBe(["1-0 15", "9-0 16"]);
        _window.Correct(new StreamPosition(new EntryId(12, 0), null));
        _kept.ShouldBe(["1-0 15", "9-0 16", "12-0"]);
    }

    [Fact]
    public void One_that_is_retired_keeps_nothing_and_still_gives_back_its_room()
    {
        var a = Add(2);
        _window.Retire();
        _window.Settle(a);
        _kept.ShouldBeEmpty();
        (_count.Taken, _bytes.Taken).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Settled_from_many_threads_in_any_order_the_last_position_kept_is_the_last()
    {
        var random = new Random(3);
        var entries = Enumerable.Range(2, 10_000).Select(Add).ToArray();
        random.Shuffle(entries);
        await Task.WhenAll(entries.Chunk(2500).Select(part => Task.Run(() => Array.ForEach(part, _window.Settle))));
        _kept[^1].ShouldBe("10001-0 10005");
        _kept.Select(position => StreamPosition.TryParse(position, out var parsed) ? parsed.Added!.Value : 0).ShouldBeInOrder();
        (_count.Taken, _bytes.Taken).ShouldBe((0, 0));
    }

    private StreamEntry Add(int id) => _window.Add(new EntryId((ulong)id, 0), 10, isSettled: false);
}
