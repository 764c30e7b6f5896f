using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Dispatching;
using Towncrier.Agent.Matching;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Dispatching;

/// <summary>
/// Files that are handed over to be put in place are judged before they get their name, to the tick. Nothing watches the
/// directory here: what is not refused at once stays.
/// </summary>
public sealed class Putting_in_place : IDisposable
{
    private const long T = 1_800_000_000;
    private readonly CacheFolder _folder = new();
    private readonly StandingClock _clock = new(DateTimeOffset.FromUnixTimeMilliseconds((T * 1000) + 500));
    private readonly Cache _cache;

    public Putting_in_place()
    {
        var options = new DispatchOptions { Fence = TimeSpan.FromSeconds(10) };
        _cache = new Cache(new CacheSettings { Path = _folder.Path, Key = "$scheme$host$request_uri" }, options, _clock, NullLogger.Instance);
    }

    [Theory]
    [InlineData(T - 1, 999, true)]
    [InlineData(T, 400, true)] // the message came at T + 500 ms
    [InlineData(T, 600, false)]
    [InlineData(T + 5, 0, false)]
    public void While_the_fence_stands_what_was_stored_before_the_message_never_gets_its_name(long second, int millisecond, bool isRefused)
    {
        var armed = Arm();
        Place(second, millisecond).ShouldBe(isRefused);
        armed.HasLate.ShouldBe(!isRefused);
    }

    [Theory]
    [InlineData(T, 400, true)]
    [InlineData(T + 5, 0, true)]
    [InlineData(T + 10, 400, true)] // the fence ended at T + 10.500 s
    [InlineData(T + 10, 600, false)]
    [InlineData(T + 11, 0, false)]
    public void When_it_has_ended_what_was_stored_meanwhile_does_not_either(long second, int millisecond, bool isRefused)
    {
        var armed = Arm();
        _clock.Advance(TimeSpan.FromSeconds(20));
        armed.End();
        Place(second, millisecond).ShouldBe(isRefused);
    }

    [Fact]
    public void What_the_message_does_not_mean_is_put_in_place()
    {
        Arm();
        Place(T - 1, 0, "other").ShouldBeFalse();
    }

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    private ArmedMessage Arm()
    {
        var message = CompiledMessage.Compile(new Invalidation { Command = InvalidationCommand.Xkey, Values = ["t"] }, Indexes.New(), [], _ => null);
        var armed = new ArmedMessage("1", message, PurgeMode.Hard, _clock.GetUtcNow(), TimeSpan.FromSeconds(10));
        _cache.Arm(armed);
        return armed;
    }

    // Whether it was refused; where it was not, it is there afterwards, and indexed.
    private bool Place(long second, int millisecond, string tag = "t")
    {
        var file = CacheFile.Tagged("httpexample.org/a", tag) with { Date = second };
        var facts = new Facts(file.Key, [tag]) { Stored = second, StoredTick = millisecond * (int)TimeSpan.TicksPerMillisecond, Levels = _folder.Levels, Valid = file.Valid }.Spans();
        var isRefused = _cache.Place(facts, () => _folder.Store(file).Length > 0);
        File.Exists(_folder.PathOf(file)).ShouldBe(!isRefused);
        _cache.Index.Count.ShouldBe(isRefused ? 0 : 1);
        return isRefused;
    }
}
