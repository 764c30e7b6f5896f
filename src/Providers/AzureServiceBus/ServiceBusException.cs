namespace Towncrier.Providers.AzureServiceBus;

/// <summary>Service Bus refused a call. Its own words, with what to do where that is known; retries are behind it.</summary>
public sealed class ServiceBusException(string message, string operation, string entity, int status)
    : IOException(message)
{
    /// <summary>What was asked for: <c>receive</c>, <c>send</c>, <c>manage</c>, ...</summary>
    public string Operation { get; } = operation;

    /// <summary>The topic, subscription or queue, as a path in its namespace.</summary>
    public string Entity { get; } = entity;

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>There is no such entity: never was (404), or not any more (410).</summary>
    internal bool IsMissing => Status is 404 or 410;

    /// <summary>We may not.</summary>
    internal bool IsDenied => Status is 401 or 403;

    /// <summary>No other try would end otherwise before somebody does something about it.</summary>
    internal bool IsFinal => Status is >= 400 and < 500 and not (408 or 429);
}
