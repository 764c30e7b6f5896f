using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Towncrier.Agent.Nginx;

namespace Towncrier.Benchmarks;

/// <summary>
/// The n-th entry of a made-up news site of ten hosts: a key of exactly 70 bytes by the template
/// <c>$scheme$host$request_uri</c>, and two tags, one of a pool and one shared by ten entries. Reuses its buffers.
/// <code>httpswww3.example.org/news/00001234-some-words-of-a-hea/3456.html</code>
/// </summary>
internal sealed class SyntheticEntry(int pool)
{
    public const int KeyLength = 70;
    public const int UriAt = 21;

    private readonly byte[] _key = new byte[KeyLength];
    private readonly byte[] _tags = new byte[64];
    private readonly byte[] _hash = new byte[16];
    private int _tagsLength;

    public static KeyTemplate Template { get; } =
        KeyTemplate.TryParse("$scheme$host$request_uri", out var template, out var problem) ? template : throw new InvalidOperationException(problem);

    /// <summary>As nginx with <c>levels=1:2</c>.</summary>
    public static Levels Levels { get; } = new(1 + (3 * 2));

    public ReadOnlySpan<byte> Key => _key;

    public ReadOnlySpan<byte> Uri => _key.AsSpan(UriAt);

    public EntryName Name { get; private set; }

    public EntryFacts Facts => new()
    {
        Name = Name,
        Levels = Levels,
        Stored = 1_700_000_000,
        Made = 1_700_000_000,
        Valid = 1_800_000_000,
        Length = 4096,
        Status = 200,
        Key = _key,
        Tags = _tags.AsSpan(0, _tagsLength),
    };

    /// <summary>Makes the entry of this number. 100 neighbours share a section; each 10,000th has the same page number.</summary>
    public SyntheticEntry Make(int number)
    {
        var mixed = (uint)number * 2654435761;
        "httpswww"u8.CopyTo(_key);
        _key[8] = (byte)('0' + (mixed % 10));
        ".example.org"u8.CopyTo(_key.AsSpan(9));
        "/news/"u8.CopyTo(_key.AsSpan(UriAt));
        var at = UriAt + 6;
        at += Digits(_key.AsSpan(at), number / 100, 8);
        _key[at++] = (byte)'-';
        Span<byte> page = stackalloc byte[16];
        _ = Utf8Formatter.TryFormat(number % 10_000, page, out var pageLength);
        var tail = 1 + pageLength + 5;
        var slug = _key.AsSpan(at, KeyLength - at - tail);
        "some-words-of-a-headline-that-go-on"u8[..slug.Length].CopyTo(slug);
        at += slug.Length;
        _key[at++] = (byte)'/';
        page[..pageLength].CopyTo(_key.AsSpan(at));
        ".html"u8.CopyTo(_key.AsSpan(at + pageLength));
        MD5.HashData(_key, _hash);
        Name = EntryName.FromHash(_hash);
        _tagsLength = 0;
        AddTag("section-"u8, number % pool, 5);
        AddTag("article-"u8, number / 10, 8);
        return this;
    }

    public static int PutAll(Agent.Indexing.CacheIndex index, int count, int pool)
    {
        var entry = new SyntheticEntry(pool);
        for (var i = 0; i < count; i++) index.Put(entry.Make(i).Facts);
        return count;
    }

    private void AddTag(ReadOnlySpan<byte> name, int number, int digits)
    {
        var to = _tags.AsSpan(_tagsLength);
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)(name.Length + digits));
        name.CopyTo(to[2..]);
        _tagsLength += 2 + name.Length + Digits(to[(2 + name.Length)..], number, digits);
    }

    private static int Digits(Span<byte> to, int number, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        return digits;
    }
}
