namespace Towncrier.Providers.Aws.Calling;

/// <summary>The time as AWS has it, which signs requests: our clock, and the offset learnt from an answer that refused ours.</summary>
internal sealed class ServerClock(TimeProvider clock)
{
    // AWS allows 5 minutes and more; nearer than this our clock was not what it refused.
    private static readonly TimeSpan Close = TimeSpan.FromMinutes(1);

    private long _offset; // ticks

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public DateTimeOffset Now => clock.GetUtcNow() + Offset;

    /// <summary>Takes the server's time. False when it is close to what was signed: signing anew would not help.</summary>
    public bool TryHeal(DateTimeOffset serverTime, DateTimeOffset signedAt)
    {
        if ((serverTime - signedAt).Duration() < Close) return false;
        Interlocked.Exchange(ref _offset, (serverTime - clock.GetUtcNow()).Ticks);
        return true;
    }
}
