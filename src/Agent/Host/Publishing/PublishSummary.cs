namespace Towncrier.Host.Publishing;

/// <summary>What a publication came to, for people and for programs.</summary>
internal sealed class PublishSummary(IReadOnlyList<Invalidation> messages, string to, long? receivers)
{
    /// <summary>Nobody waited for receipts.</summary>
    public ExitCode Sent(bool json, TextWriter output, TextWriter error)
    {
        if (json) output.WriteLine(Json.Line(new { Ids = messages.Select(message => message.Id), To = to, Receivers = receivers }));
        else output.WriteLine(receivers is { } heard ? $"{Count} published to {to}; {heard} receiving" : $"{Count} published to {to}");
        if (receivers != 0) return ExitCode.Done;
        error.WriteLine($"towncrier: nobody is receiving on {to}: no agent is subscribed, and the broker does not keep the message");
        return ExitCode.AgentUnreachable;
    }

    public ExitCode Answered(ReceiptBook book, Expectation expected, TimeSpan elapsed, bool json, TextWriter output, TextWriter error)
    {
        var (matched, purged) = (book.Receipts.Sum(receipt => receipt.Matched), book.Receipts.Sum(receipt => receipt.Purged));
        double[] times = [.. book.Done.Values.Select(time => time.TotalMilliseconds).Order()];
        var (missing, failures) = (expected.Missing(book), book.Receipts.Where(receipt => receipt.State == InvalidationState.Failed).ToList());
        var met = expected.IsMet(book);
        List<HostResult> hosts = [.. book.Done.Keys.Order(StringComparer.Ordinal).Select(host => HostLine(book, host))];
        if (json)
        {
            output.WriteLine(Json.Line(new
            {
                Ids = messages.Select(message => message.Id),
                To = to,
                Expected = expected.Count,
                Answered = book.Done.Count,
                Matched = matched,
                Purged = purged,
                P50Ms = Percentile(times, 0.5),
                P99Ms = Percentile(times, 0.99),
                Missing = met ? [] : missing,
                Hosts = hosts,
                Milliseconds = Math.Round(elapsed.TotalMilliseconds, 1),
            }));
        }
        else
        {
            output.WriteLine($"applied on {hosts.Count(host => host.State == "applied")} of {expected.Count} hosts in {elapsed.TotalMilliseconds:0} ms; {matched} matched, {purged} purged; p50 {Percentile(times, 0.5):0.0} ms, p99 {Percentile(times, 0.99):0.0} ms");
            foreach (var (name, state, found, gone, took) in hosts)
            {
                output.WriteLine(OneLine.Of($"  {name}  {state}, {found} matched, {gone} purged, {took:0.0} ms"));
            }
        }

        foreach (var failure in failures) error.WriteLine(OneLine.Of($"towncrier: {failure.Host}: {failure.Error ?? "failed"}"));
        if (!met) error.WriteLine(OneLine.Of($"towncrier: {expected.Count - book.Done.Count} of {expected.Count} hosts did not answer in time{(missing.Count > 0 ? ": " + string.Join(", ", missing) : "; their names are not known here, give them by --expect NAME,NAME")}"));
        if (book.Done.Count == 0 && receivers is 0) return ExitCode.AgentUnreachable;
        return met && failures.Count == 0 ? ExitCode.Done : ExitCode.PartlyFailed;
    }

    private string Count => messages.Count == 1 ? $"message {messages[0].Id}" : $"{messages.Count} messages";

    private static HostResult HostLine(ReceiptBook book, string host)
    {
        var own = book.Receipts.Where(receipt => receipt.Host == host).ToList();
        var state = own.Exists(r => r.State == InvalidationState.Failed) ? "failed" : own.TrueForAll(r => r.State == InvalidationState.Skipped) ? "skipped" : "applied";
        return new HostResult(host, state, own.Sum(r => r.Matched), own.Sum(r => r.Purged), Math.Round(book.Done[host].TotalMilliseconds, 1));
    }

    private static double Percentile(double[] sorted, double share)
        => sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(sorted.Length * share) - 1)], 1);

    private sealed record HostResult(string Host, string State, long Matched, long Purged, double Milliseconds);
}
