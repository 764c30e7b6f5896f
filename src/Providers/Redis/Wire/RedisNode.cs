using System.Globalization;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>A server's address.</summary>
internal readonly record struct RedisNode(string Host, int Port)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
