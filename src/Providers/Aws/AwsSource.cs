namespace Towncrier.Providers.Aws;

public sealed class AwsSource(AwsSourceOptions options, TimeProvider clock, Random random) : IInvalidationSource
{
    public string Name => "aws";

    public IReadOnlyList<string> Channels { get; } = ["aws:" + (options.Queue ?? "auto")];

    public SourceTraits Traits { get; } = new(true, true);

    public IAsyncEnumerable<Delivery> ReadAsync(ISourceContext context, CancellationToken stop) => throw new NotImplementedException($"{clock}{random}");
}
