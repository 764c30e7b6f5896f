namespace Towncrier.Host.Configuring;

/// <summary>What one HTTP caller may cost us. Not settable by the file in this version; the defaults are far above any honest use.</summary>
internal sealed record HttpLimits
{
    /// <summary>Largest request body, in bytes. Default 1 MiB: some 10,000 URLs in one call.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Largest sum of request headers, in bytes. Default 32 KiB, which is what nginx accepts by default (4 x 8 KiB).</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>Open connections at a time. Default 256: a fleet's publishers, not its visitors.</summary>
    public int MaxConnections { get; init; } = 256;

    /// <summary>Time to send the request headers. Default 10 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
