namespace Towncrier.Providers.Http.Tests;

/// <summary>A context for a source that keeps no position and has no gaps.</summary>
internal sealed class QuietContext : ISourceContext
{
    public string? PositionOf(string channel) => null;

    public void Keep(string channel, string position) => throw new InvalidOperationException($"{channel} kept {position}");

    public void Connected(string channel)
    {
    }

    public ValueTask GapAsync(Gap gap, CancellationToken cancel) => throw new InvalidOperationException(gap.Reason);

    public void Refused(string channel, Refusal refusal)
    {
    }
}
