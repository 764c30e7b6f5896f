namespace Towncrier.Peers;

/// <summary>What a request asks for; <see cref="Any"/> of them when a fault is set.</summary>
public enum ServiceBusOperation
{
    Any,
    Send,
    Receive,
    ReceiveAndDelete,
    Complete,
    Abandon,
    Renew,
    Manage,
}
