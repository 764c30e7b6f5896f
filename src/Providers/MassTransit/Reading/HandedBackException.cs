namespace Towncrier.Providers.MassTransit.Reading;

/// <summary>Tells MassTransit to give a message back to the broker: it was not settled while we read.</summary>
internal sealed class HandedBackException() : Exception("the agent has not settled the message; it goes back into its queue");
