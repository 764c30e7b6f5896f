using Towncrier.Agent;
using Towncrier.Host.Configuring.Relay;

namespace Towncrier.Host.Relaying;

/// <summary>The providers that routes name, made but not yet connected. Disposing of it closes what they opened.</summary>
internal sealed class RelayParts(RelayOptions options, TimeProvider clock) : IAsyncDisposable
{
    public IReadOnlyList<RelaySource> Sources { get; } =
        [.. options.Sources.Select(source => new RelaySource(source.Key, source.Value.Open(clock), source.Value.OnGap))];

    public IReadOnlyList<RelayTarget> Targets { get; } = [.. options.Targets.Select(name => Target(options, name, clock))];

    public async ValueTask DisposeAsync()
    {
        foreach (var source in Sources) (source.Source as IDisposable)?.Dispose();
        foreach (var target in Targets) await target.Publisher.DisposeAsync().ConfigureAwait(false);
    }

    private static RelayTarget Target(RelayOptions options, string name, TimeProvider clock)
    {
        var input = options.Fleet.Publishers[name];
        return new RelayTarget(name, input.Open(clock), [.. options.Sources.Where(source => source.Value.Hears(input.Place)).Select(source => source.Key)]);
    }
}
