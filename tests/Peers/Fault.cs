namespace Towncrier.Peers;

/// <summary>What a <see cref="FaultProxy"/> does to a call instead of passing it on.</summary>
public enum Fault
{
    None,

    /// <summary>503, as of a service that is down for a moment.</summary>
    Unavailable,

    /// <summary>Too many calls: RequestThrottled in JSON, Throttling in XML.</summary>
    Throttled,

    /// <summary>The connection is reset, and the service has seen nothing.</summary>
    ResetBefore,

    /// <summary>The service has done what was asked, and the connection is reset before the answer.</summary>
    ResetAfter,

    /// <summary>The answer comes later, by <see cref="FaultProxy.Delay"/>.</summary>
    Slow,

    /// <summary>The credentials have expired, as temporary ones do.</summary>
    Expired,

    /// <summary>The caller's policies do not allow it.</summary>
    Denied,

    /// <summary>The queue is not there.</summary>
    QueueGone,

    /// <summary>The caller's clock is not the service's; answered by itself when <see cref="FaultProxy.Skew"/> is set.</summary>
    Skewed,
}
