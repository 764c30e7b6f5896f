using Towncrier.Host.Configuring;
using Towncrier.Wire;

namespace Towncrier.Host.Publishing;

/// <summary><c>towncrier publish</c>: sends messages to a fleet, and with --wait tells what became of them on every host.</summary>
internal static class PublishCommand
{
    public static async Task<ExitCode> RunAsync(
        PublishRequest request, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        var problems = new List<ConfigProblem>();
        var plan = PublishPlan.Make(request, environment, problems);
        var expected = request.Expect is { } text ? Expectation.Parse(text) : null;
        if (request.Expect is not null && expected is null)
            problems.Add(new ConfigProblem("--expect", $"'{request.Expect}' is neither a number of hosts nor a list of names", "Write 12, or cache-1,cache-2"));
        foreach (var message in request.Messages)
            foreach (var value in message.Values)
                if (ValueRules.Problem(message.Command, value, WireLimits.Default) is { } problem)
                    problems.Add(new ConfigProblem($"'{value}'", problem, "Correct it; nothing was published"));
        if (plan is null || problems.Count > 0)
        {
            ConfigCheck.Print(problems, output, error, request.Json);
            return ExitCode.Usage;
        }

        try
        {
            return await SendAsync(request, plan, expected, output, error, clock, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await error.WriteLineAsync($"towncrier: the receipts cannot be read within {request.Timeout.TotalSeconds} s; nothing was published").ConfigureAwait(false);
            return ExitCode.AgentUnreachable;
        }
        catch (IOException e)
        {
            await error.WriteLineAsync("towncrier: " + e.Message).ConfigureAwait(false);
            return ExitCode.AgentUnreachable;
        }
    }

    private static async Task<ExitCode> SendAsync(
        PublishRequest request, PublishPlan plan, Expectation? expected, TextWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        var publisher = plan.To.Open(clock);
        await using var closing = publisher.ConfigureAwait(false);
        var limits = WireLimits.Default with { MaxBytes = Math.Min(WireLimits.Default.MaxBytes, publisher.MaxBytes) };
        var messages = request.Messages.SelectMany(message => (message with { Issued = now }).Split(limits)).ToList();
        if (plan.Receipts is null)
            return new PublishSummary(messages, publisher.Name, await PublishAsync(publisher, messages, plan.Signer, stop).ConfigureAwait(false)).Sent(request.Json, output, error);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var book = new ReceiptBook([.. messages.Select(message => message.Id!)]);
        var reader = new ReceiptReader(plan.Receipts, clock);
        var (began, published) = (0L, false);
        bool Enough() => published && (expected?.IsMet(book) ?? (plan.Receipts.Since is not null && book.KnownAreDone));
        var reading = reader.ReadAsync(
            receipt =>
            {
                lock (book)
                {
                    var ours = book.Note(receipt, began == 0 ? TimeSpan.Zero : clock.GetElapsedTime(began));
                    return (ours, Enough());
                }
            },
            limit.Token);
        var first = await Task.WhenAny(reader.Connected, reading).WaitAsync(request.Timeout, clock, stop).ConfigureAwait(false);
        await first.ConfigureAwait(false); // who cannot read the receipts publishes nothing
        began = clock.GetTimestamp();
        var receivers = await PublishAsync(publisher, messages, plan.Signer, stop).ConfigureAwait(false);
        lock (book)
        {
            published = true;
            if (expected is null && receivers is > 0) expected = new Expectation((int)receivers.Value, []);
            if (receivers == 0 || Enough()) limit.Cancel();
        }

        if (!limit.IsCancellationRequested) limit.CancelAfter(request.Timeout);
        await reading.ConfigureAwait(false);
        expected ??= new Expectation(Math.Max(1, book.Known.Count), []);
        return new PublishSummary(messages, publisher.Name, receivers).Answered(book, expected, clock.GetElapsedTime(began), request.Json, output, error);
    }

    /// <summary>The receivers of the message that had the fewest; null where the broker cannot tell.</summary>
    private static async Task<long?> PublishAsync(IInvalidationPublisher publisher, IReadOnlyList<Invalidation> messages, MessageSigner? signer, CancellationToken stop)
    {
        long? fewest = long.MaxValue;
        foreach (var message in messages)
        {
            var published = await publisher.PublishAsync(message, signer, stop).ConfigureAwait(false);
            fewest = published.Receivers is { } receivers && fewest is { } few ? Math.Min(few, receivers) : null;
        }

        return fewest;
    }
}
