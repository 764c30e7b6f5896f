using System.Globalization;
using Azure.Core;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>A message that was locked for us.</summary>
/// <param name="Message">Its receipt is <c>SEQUENCE/LOCKTOKEN</c>.</param>
/// <param name="Lock">How long it is locked, from the answer on.</param>
/// <param name="IsTooLarge">Its body is larger than we take, and was not read.</param>
internal sealed record LockedMessage(ReceivedMessage Message, TimeSpan Lock, bool IsTooLarge);

/// <summary>A message to send.</summary>
/// <param name="Properties">BrokerProperties, as JSON in ASCII.</param>
/// <param name="User">User properties, all of them text.</param>
internal sealed record OutgoingMessage(ReadOnlyMemory<byte> Body, string Properties, IReadOnlyDictionary<string, string> User);

/// <summary>The data plane of Service Bus over REST (Microsoft, "Service Bus run-time REST"). One message a call; safe from several threads.</summary>
internal sealed class MessageCalls(BrokerCaller caller)
{
    /// <summary>Of a body. Premium takes 1 MiB over HTTPS; what came in by AMQP may be larger, and is none of ours.</summary>
    private const int MostBody = 4 * 1024 * 1024;

    private const string BatchType = "application/vnd.microsoft.servicebus.json";

    /// <summary>Locks the next message. A call whose answer is lost is not sent again: it may have locked one, and the next would lock another.</summary>
    /// <param name="entity">A queue or subscription.</param>
    /// <param name="wait">For how long Service Bus waits for one; in whole seconds.</param>
    /// <param name="patience">For the answer, beyond that.</param>
    /// <returns>Null when none came.</returns>
    public async Task<LockedMessage?> ReceiveAsync(string entity, TimeSpan wait, TimeSpan patience, CancellationToken cancel)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{entity}/messages/head?timeout={(int)wait.TotalSeconds}");
        var answer = await caller.CallAsync(new BrokerRequest(Claim.Listen, "receive from", RequestMethod.Post, entity, path) { IsSafe = false, Timeout = wait + patience, MostAnswer = MostBody }, cancel).ConfigureAwait(false);
        return answer.Status == 204 ? null : ReceivedHeaders.Read(answer)
            ?? throw new IOException($"receive from {entity}: the answer ({answer.Status}) has no BrokerProperties with SequenceNumber and LockToken; is a proxy between?");
    }

    /// <returns>False when the lock is lost: the message comes again.</returns>
    public Task<bool> CompleteAsync(string entity, string receipt, CancellationToken cancel) => SettleAsync("complete a message of", RequestMethod.Delete, entity, receipt, cancel);

    /// <inheritdoc cref="CompleteAsync"/>
    public Task<bool> AbandonAsync(string entity, string receipt, CancellationToken cancel) => SettleAsync("abandon a message of", RequestMethod.Put, entity, receipt, cancel);

    /// <summary>Locks it for as long again, from now on.</summary>
    /// <inheritdoc cref="CompleteAsync"/>
    public Task<bool> RenewAsync(string entity, string receipt, CancellationToken cancel) => SettleAsync("renew the lock of a message of", RequestMethod.Post, entity, receipt, cancel);

    /// <param name="entity">A topic or queue.</param>
    public Task SendAsync(string entity, OutgoingMessage message, CancellationToken cancel) =>
        caller.CallAsync(new BrokerRequest(Claim.Send, "send to", RequestMethod.Post, entity, entity + "/messages")
        {
            Body = message.Body,
            ContentType = "application/json",
            Headers = [KeyValuePair.Create(ReceivedHeaders.BrokerProperties, message.Properties), .. message.User.Select(one => KeyValuePair.Create(one.Key, $"\"{one.Value}\""))],
        }, cancel);

    /// <summary>All of them or none.</summary>
    /// <param name="batch">As <see cref="Publishing.BatchBody"/> writes it.</param>
    public Task SendBatchAsync(string entity, ReadOnlyMemory<byte> batch, CancellationToken cancel) =>
        caller.CallAsync(new BrokerRequest(Claim.Send, "send to", RequestMethod.Post, entity, entity + "/messages") { Body = batch, ContentType = BatchType }, cancel);

    private async Task<bool> SettleAsync(string operation, RequestMethod method, string entity, string receipt, CancellationToken cancel)
    {
        var request = new BrokerRequest(Claim.Listen, operation, method, entity, $"{entity}/messages/{receipt}") { Expected = 404 };
        return (await caller.CallAsync(request, cancel).ConfigureAwait(false)).Status != 404;
    }
}
