using Towncrier.Agent.Nginx;

namespace Towncrier.Agent.Indexing;

/// <summary>
/// All keys that begin alike up to the URI: one scheme, method and host. The prefix is kept once for all of them, and
/// their URIs stand together so that a pattern for one host reads nothing else.
/// </summary>
internal sealed class Site(uint number, byte[] prefix, KeySplit split, Chunks chunks, Action<uint, uint> moved)
{
    private readonly KeySplit _split = split;

    public uint Number { get; } = number;

    /// <summary>The key up to the URI.</summary>
    public byte[] Prefix { get; } = prefix;

    /// <summary>The records of its entries.</summary>
    public Arena Keys { get; } = new(number, chunks, KeyRecord.SizeOf, moved);

    /// <summary>Entries in it; the owner removes an empty site.</summary>
    public int Entries { get; set; }

    /// <summary>What the prefix says of the host.</summary>
    public KeyHost Host => KeyHost.Of(Prefix, _split);

    /// <summary>The keys fit the template; otherwise their whole text stands as the URI and no host is known.</summary>
    public bool Parsed => _split.Parsed;
}
