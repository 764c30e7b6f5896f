using Microsoft.Extensions.Logging;
using Towncrier.Agent.Observing;

namespace Towncrier.Agent.Receiving;

/// <summary>The agent's side of one source.</summary>
internal sealed class SourceContext(Meters meters, ILogger logger) : ISourceContext
{
    public string? PositionOf(string channel) => null;

    public void Keep(string channel, string position)
    {
    }

    public void Connected(string channel)
    {
    }

    public ValueTask GapAsync(Gap gap, CancellationToken cancel) => ValueTask.CompletedTask;

    public void Refused(string channel, Refusal refusal)
    {
        meters.Refused(channel, refusal.Reason);
        Log.Refused(logger, channel, refusal.Reason, refusal.Message);
    }
}
