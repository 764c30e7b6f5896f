namespace Towncrier.Providers.Redis.Tests;

public sealed class Every_failure_is_told
{
    /// <summary>The end of the connection and the reader's falling asleep race each time; a reader that sleeps on never reconnects.</summary>
    [Theory]
    [InlineData("s", null)]
    [InlineData(null, "a")]
    public async Task A_lost_connection_never_leaves_the_reader_asleep(string? stream, string? channel)
    {
        var source = Make.Source(channel is null ? Make.Options($"redis://127.0.0.1:{FreePort.Next()}", stream) : Make.Options($"redis://127.0.0.1:{FreePort.Next()}", stream, channel));
        for (var i = 0; i < 5_000; i++)
        {
            await using var reading = source.ReadAsync(new DeafContext(), CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            await Should.ThrowAsync<IOException>(reading.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        }
    }

    private sealed class DeafContext : ISourceContext
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
        }
    }
}
