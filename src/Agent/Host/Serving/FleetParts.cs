using Towncrier.Agent;
using Towncrier.Host.Configuring.Fleet;
using Towncrier.Providers.Varnish;

namespace Towncrier.Host.Serving;

/// <summary>The providers a configuration asks for, made but not yet connected. Disposing of it closes what they opened.</summary>
internal sealed class FleetParts(FleetOptions options, TimeProvider clock) : IAsyncDisposable
{
    public IReadOnlyList<SourceSetup> Sources { get; } =
        [.. options.Sources.Select(input => new SourceSetup(input.Open(clock), input.OnGap))];

    public IReadOnlyList<IInvalidationTarget> Targets { get; } =
        [.. options.Targets.Select(target => new VarnishTarget(target, clock, new Random()))];

    public IInvalidationPublisher? Receipts { get; } = options.Receipts?.Open(clock);

    public async ValueTask DisposeAsync()
    {
        foreach (var target in Targets) target.Dispose();
        foreach (var source in Sources) (source.Source as IDisposable)?.Dispose();
        if (Receipts is not null) await Receipts.DisposeAsync().ConfigureAwait(false);
    }
}
