namespace Towncrier.Providers.Aws;

public sealed class AwsPublisher(AwsPublisherOptions options, TimeProvider clock, Random random) : IInvalidationPublisher
{
    public string Name => "aws";

    public int MaxBytes => 1;

    public Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel) => throw new NotImplementedException($"{options}{clock}{random}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
