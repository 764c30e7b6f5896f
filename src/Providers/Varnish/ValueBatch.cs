namespace Towncrier.Providers.Varnish;

/// <summary>
/// The values of one message on their way. Each stands for itself; but once one has used up its tries without any answer
/// to anybody meanwhile, Varnish is gone, and the values still to come are not made to wait for that, too.
/// </summary>
internal sealed class ValueBatch(RequestSender sender, RequestPlan plan)
{
    private volatile string? _gone;

    /// <summary>Sends the value's requests, one after the other; null when all were applied.</summary>
    public async Task<TargetFailure?> ApplyAsync(string value, CancellationToken cancel)
    {
        var requests = plan.Of(value, out var problem);
        if (requests.Count == 0) return new TargetFailure(value, problem, Retry: false) { Asked = false };
        TargetFailure? failure = null;
        foreach (var request in requests)
        {
            if (_gone is { } reason) return new TargetFailure(value, reason, Retry: true);
            var answers = sender.Answers;
            var verdict = await sender.SendAsync(request, cancel).ConfigureAwait(false);
            if (verdict.Error is null) continue;
            if (!verdict.Answered && sender.Answers == answers) _gone = verdict.Error;
            // The other tags of the value go all the same; that trying again can help is what counts then.
            failure = new TargetFailure(value, verdict.Error, verdict.Retry || failure?.Retry == true);
        }

        return failure;
    }
}
