using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Agent.Purging;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Dispatching;

/// <summary>What lands while an invalidation is armed. The clock stands, so that "later" is when the test says so.</summary>
public sealed class The_fence : IAsyncDisposable
{
    private const long T = 1_800_000_000;
    private readonly CacheFolder _folder = new();
    private readonly StandingClock _clock = new(DateTimeOffset.FromUnixTimeSeconds(T));
    private readonly CancellationTokenSource _stop = new();
    private readonly DispatchOptions _options = new() { Fence = TimeSpan.FromSeconds(10) };
    private readonly Cache _cache;
    private readonly Task _watching;
    private readonly FenceKeeper _keeper;
    private readonly Task _keeping;

    public The_fence()
    {
        _cache = new Cache(new CacheSettings { Path = _folder.Path, Key = "$scheme$host$request_uri" }, _options, _clock, NullLogger.Instance);
        _watching = Task.Factory.StartNew(() => _cache.Watcher.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _keeper = new FenceKeeper([_cache], _options, _clock, NullLogger.Instance);
        _keeping = Task.Run(() => _keeper.RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.Within();
        await _keeping.ContinueWith(_ => { }, TaskScheduler.Default).Within();
        _cache.Index.CheckIntegrity();
        _cache.Dispose();
        _stop.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(PurgeMode.Hard)]
    [InlineData(PurgeMode.Soft)]
    public async Task What_was_made_before_goes_when_it_lands_and_what_came_later_when_the_fence_ends(PurgeMode mode)
    {
        await _cache.Watcher.Coverage.WhenCovered().Within();
        var armed = await ArmAsync(mode);
        var (before, during, after, other) = (At("/a", T), At("/b", T + 1), At("/c", T + 11), CacheFile.Tagged("httpexample.org/d", "other") with { Date = T });
        foreach (var file in (CacheFile[])[before, during, after, other]) _folder.Store(file);
        _cache.Watcher.CatchUp();
        IsPurged(before).ShouldBeTrue();
        foreach (var file in (CacheFile[])[during, after, other]) IsPurged(file).ShouldBeFalse();
        armed.HasLate.ShouldBeTrue();

        await EndFenceAsync(armed);
        IsPurged(during).ShouldBeTrue();
        IsPurged(after).ShouldBeFalse();
        IsPurged(other).ShouldBeFalse();
        armed.Caught[PurgeOutcome.Purged].ShouldBe(2);

        // A slow download whose head came while the fence stood lands now: it goes at once.
        var slow = At("/e", T + 5);
        _folder.Store(slow);
        _cache.Watcher.CatchUp();
        IsPurged(slow).ShouldBeTrue();
        IsPurged(after).ShouldBeFalse();
    }

    [Fact]
    public async Task What_another_cache_held_counts_as_made_back_then_while_the_fence_stands()
    {
        await _cache.Watcher.Coverage.WhenCovered().Within();
        var armed = await ArmAsync(PurgeMode.Hard);
        var aged = At("/a", T + 1) with { Head = "HTTP/1.1 200 OK\r\nAge: 30\r\nCache-Tag: t\r\n\r\n" };
        _folder.Store(aged);
        _cache.Watcher.CatchUp();
        IsPurged(aged).ShouldBeTrue();
        await EndFenceAsync(armed);
        var later = aged with { Date = T + 20 };
        _clock.Advance(TimeSpan.FromSeconds(20));
        _folder.Store(later);
        _cache.Watcher.CatchUp();
        IsPurged(later).ShouldBeFalse();
    }

    [Fact]
    public async Task Before_the_first_scan_an_armed_message_meets_what_the_scan_finds()
    {
        var file = At("/a", T - 100);
        _folder.Store(file);
        await ArmAsync(PurgeMode.Hard);
        await _cache.Watcher.Coverage.WhenCovered().Within();
        _cache.Watcher.CatchUp();
        // Whichever came first, the scan or the arming: searching after both misses nothing.
        var found = _cache.Find(Message());
        _cache.Purge([.. found[0]], Message(), PurgeMode.Hard, false, new PurgeTally(), (in EntryView _) => { });
        IsPurged(file).ShouldBeTrue();
    }

    [Fact]
    public async Task Armed_messages_are_forgotten_when_nothing_can_land_for_them_any_more()
    {
        await _cache.Watcher.Coverage.WhenCovered().Within();
        await ArmAsync(PurgeMode.Hard);
        _cache.Expire(T + 3600);
        _cache.Armed.ShouldBe(1);
        _cache.Expire(T + 3601);
        _cache.Armed.ShouldBe(0);
        var file = At("/a", T);
        _folder.Store(file);
        _cache.Watcher.CatchUp();
        IsPurged(file).ShouldBeFalse();
    }

    [Fact]
    public void The_set_is_bounded_and_drops_the_oldest()
    {
        var set = new ArmedSet(10);
        var all = Enumerable.Range(0, 25).Select(i => Armed(i % 3 == 0 ? InvalidationCommand.Prefix : InvalidationCommand.Purge, "/a", i)).ToArray();
        foreach (var armed in all) set.Arm(armed);
        (set.Count, set.Dropped).ShouldBe((10, 15));
        Meant(set, "httpexample.org/a", T).ShouldBe(all[15..], ignoreOrder: true);
        Meant(set, "httpexample.org/b", T).ShouldBeEmpty();
        Meant(set, "httpexample.org/a", T + 24 + 11).ShouldBeEmpty();
        set.Expire(T + 20);
        Meant(set, "httpexample.org/a", T).ShouldBe(all[20..], ignoreOrder: true);
        set.Expire(long.MaxValue);
        set.Count.ShouldBe(0);
        Meant(set, "httpexample.org/a", T).ShouldBeEmpty();
    }

    [Fact]
    public void A_message_is_met_once_however_many_of_its_values_mean_the_entry()
    {
        var set = new ArmedSet(10);
        var message = CompiledMessage.Compile(new Invalidation { Command = InvalidationCommand.Xkey, Values = ["t", "t u", "u"] }, Indexes.New(), [], _ => null);
        set.Arm(new ArmedMessage("1", message, PurgeMode.Hard, DateTimeOffset.FromUnixTimeSeconds(T), TimeSpan.FromSeconds(10)));
        Meant(set, "httpexample.org/a", T, "t", "u", "t").Count.ShouldBe(1);
        Meant(set, "httpexample.org/a", T, "v").ShouldBeEmpty();
        Meant(set, "httpexample.org/a", T + 11, "t").ShouldBeEmpty();
    }

    private static CacheFile At(string path, long date) => CacheFile.Tagged("httpexample.org" + path, "t") with { Date = date };

    private static CompiledMessage Message() => CompiledMessage.Compile(new Invalidation { Command = InvalidationCommand.Xkey, Values = ["t"] }, Indexes.New(), [], _ => null);

    private static ArmedMessage Armed(InvalidationCommand command, string value, int second)
        => new($"{second}", CompiledMessage.Compile(new Invalidation { Command = command, Values = [value] }, Indexes.New(), [], _ => null), PurgeMode.Hard,
            DateTimeOffset.FromUnixTimeSeconds(T + second), TimeSpan.FromSeconds(10));

    private static List<ArmedMessage> Meant(ArmedSet set, string key, long stored, params string[] tags)
    {
        var index = Indexes.New();
        var into = new List<ArmedMessage>();
        set.Collect(EntryView.Of(index.Template, new Facts(key, tags).Spans()), stored, into);
        return into;
    }

    private async Task<ArmedMessage> ArmAsync(PurgeMode mode)
    {
        var armed = new ArmedMessage("1", Message(), mode, _clock.GetUtcNow(), _options.Fence);
        _cache.Arm(armed);
        await _keeper.KeepAsync([armed], CancellationToken.None);
        return armed;
    }

    private async Task EndFenceAsync(ArmedMessage armed)
    {
        await _clock.Awaited.Within();
        _clock.Advance(_options.Fence);
        // The keeper takes the next only when this one has ended in every cache.
        var next = new ArmedMessage("2", Message(), PurgeMode.Soft, DateTimeOffset.FromUnixTimeSeconds(T - 1000), TimeSpan.FromSeconds(1));
        await _keeper.KeepAsync([next], CancellationToken.None);
        await Task.Run(() => SpinWait.SpinUntil(() => next.Ended, TimeSpan.FromSeconds(60))).Within();
        armed.Ended.ShouldBeTrue();
    }

    private bool IsPurged(CacheFile file)
    {
        var path = _folder.PathOf(file);
        if (!File.Exists(path)) return true;
        CacheHead.Parse(File.ReadAllBytes(path), whole: true, out var head, out _).ShouldBe(HeadProblem.None);
        Encoding.UTF8.GetString(head.Key).ShouldBe(file.Key);
        return head.Valid < file.Valid;
    }
}
