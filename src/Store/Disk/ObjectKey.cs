using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Towncrier.Agent.Nginx;
using Towncrier.Wire;

namespace Towncrier.Store;

/// <summary>
/// What an object is stored under. Objects of one key and different variants are variants of one URL: an invalidation of
/// the URL means all of them.
/// </summary>
/// <param name="Key">
/// The URL (<c>https://www.example.org/news?page=2</c>), so that it can be invalidated by URL, host, prefix and pattern; or
/// any other text, which can be invalidated by tag and as a key. 1 to 32,768 bytes of UTF-8, so no half surrogate pairs.
/// </param>
/// <param name="Variant">Tells the variants of a key apart; empty for the only one. Any text that UTF-8 can hold.</param>
public readonly record struct ObjectKey(string Key, string Variant = "")
{
    /// <summary>
    /// What the object is found by, where that is neither its key nor its variant: then it alone tells objects apart, and the
    /// key is only what invalidations mean, and may be empty where an object is read. Any text; null, the default, for none.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>What the header says such a file varies by: nginx serves no file of which it thinks otherwise.</summary>
    internal static ReadOnlySpan<byte> Varies => "towncrier-variant"u8;

    /// <summary>Why nothing can be stored under it; null when it can.</summary>
    public string? Problem => Key switch
    {
        null or "" => "the key is empty",
        _ when Encoding.UTF8.GetByteCount(Key) is var bytes && bytes > CacheHead.MaxKey => $"the key has {bytes} bytes, more than {CacheHead.MaxKey}",
        _ when Identity is null && !Surrogates.ArePaired(Key) => "the key holds half a surrogate pair",
        _ when Identity is null && !Surrogates.ArePaired(Variant) => "the variant holds half a surrogate pair",
        _ => null,
    };

    /// <summary>The file's name is not the key's own.</summary>
    internal bool IsVariant => Identity is not null || !string.IsNullOrEmpty(Variant);

    /// <summary>Whether something can be found by it.</summary>
    internal bool IsReadable => Identity is not null || Problem is null;

    /// <summary>
    /// The file's name: nginx's for a key, and for a variant made of both as nginx makes it of key and Vary. An identity's is
    /// the beginning of its SHA-256: of MD5, two texts with one hash can be made, and one of them would be served as the other.
    /// </summary>
    internal EntryName Name(ReadOnlySpan<byte> key, Span<byte> variantHash)
    {
        variantHash.Clear();
        if (Identity is not null)
        {
            Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(MemoryMarshal.AsBytes(Identity.AsSpan()), whole); // UTF-16, in which half surrogates differ, too
            whole[..16].CopyTo(variantHash);
            return EntryName.FromHash(variantHash);
        }

        if (string.IsNullOrEmpty(Variant)) return EntryName.OfKey(key);
        Span<byte> main = stackalloc byte[16];
        MD5.HashData(key, main);
        using var both = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        both.AppendData(main);
        both.AppendData(Encoding.UTF8.GetBytes(Variant));
        both.GetHashAndReset(variantHash);
        return EntryName.FromHash(variantHash);
    }
}
