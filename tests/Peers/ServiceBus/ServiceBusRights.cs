namespace Towncrier.Peers;

/// <summary>What an access key may do. On the real one Manage includes the others; here each is said.</summary>
[Flags]
public enum ServiceBusRights
{
    None = 0,
    Listen = 1,
    Send = 2,
    Manage = 4,
    All = Listen | Send | Manage,
}
