namespace Towncrier.Providers.Redis.Tests;

/// <summary>The system's clock, which a test puts forward: as for a process that stood still. Timers go on as they were.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _ahead;

    public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _ahead)).TotalSeconds * TimestampFrequency);
}
