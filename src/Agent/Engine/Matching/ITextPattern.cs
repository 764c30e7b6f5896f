namespace Towncrier.Agent.Matching;

/// <summary>A pattern over URIs that is looked for by scanning.</summary>
internal interface ITextPattern
{
    /// <summary>Bytes that every match contains; empty when none are known. A scan looks only where they stand.</summary>
    byte[] Literal { get; }

    bool IsMatch(ReadOnlySpan<byte> uri);
}

/// <summary>Every URI.</summary>
internal sealed class EverythingPattern : ITextPattern
{
    public byte[] Literal => [];

    public bool IsMatch(ReadOnlySpan<byte> uri) => true;
}

/// <summary>URIs that begin so.</summary>
internal sealed class PrefixPattern(byte[] prefix) : ITextPattern
{
    public byte[] Literal => prefix;

    public bool IsMatch(ReadOnlySpan<byte> uri) => uri.StartsWith(prefix);
}

/// <summary>URIs that fit a wildcard pattern.</summary>
internal sealed class WildcardPattern(byte[] text) : ITextPattern
{
    private readonly Wildcard _wildcard = new(text);

    public byte[] Literal => _wildcard.Literal;

    public bool IsMatch(ReadOnlySpan<byte> uri) => _wildcard.IsMatch(uri);
}
