using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Towncrier.Providers.Http;

/// <summary>Hands messages to the agent and waits for what became of them.</summary>
internal sealed class Intake(ChannelWriter<Delivery> queue, HttpSourceOptions options, TimeProvider clock)
{
    private const string NoRoom = "the agent has too many messages waiting, or is stopping";

    /// <summary>
    /// Each message's fate, in their order; null when the client is gone and there is nobody to tell. A message for which
    /// the queue has no room is abandoned by itself. What is in the queue stays there whatever becomes of the request.
    /// <paramref name="wait"/> is how long to wait for the reports; null asks for an answer once the messages are durable.
    /// </summary>
    public async Task<Fate[]?> SubmitAsync(HttpContext http, IReadOnlyList<ReadOnlyMemory<byte>> messages, TimeSpan? wait)
    {
        var limit = wait is { } asked && asked < options.MaxWait ? asked : options.MaxWait;
        using var timeout = new CancellationTokenSource(limit, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
        var answers = new Task<Fate>[messages.Count];
        for (var i = 0; i < answers.Length; i++) answers[i] = HandOn(messages[i], wait is null, messages.Count == 1 ? EventHeaders.Of(http.Request) : null, deadline.Token);
        var fates = await Task.WhenAll(answers).ConfigureAwait(false);
        return http.RequestAborted.IsCancellationRequested ? null : fates;
    }

    private Task<Fate> HandOn(
        ReadOnlyMemory<byte> message, bool answersOnAccept, IReadOnlyDictionary<string, string>? headers, CancellationToken deadline)
    {
        var delivery = new HttpDelivery(message, answersOnAccept, headers);
        return queue.TryWrite(delivery) ? delivery.AnswerAsync(deadline) : Task.FromResult(Fate.Abandoned(null, NoRoom));
    }
}
