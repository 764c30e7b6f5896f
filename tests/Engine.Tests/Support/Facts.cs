using System.Buffers.Binary;
using System.Text;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;

namespace Towncrier.Engine.Tests.Support;

/// <summary>What a file's head would say; a value that can be kept, unlike the spans the index takes.</summary>
internal sealed record Facts(string Key, string[] Tags)
{
    public EntryName Name { get; init; } = EntryName.OfKey(Encoding.UTF8.GetBytes(Key));

    public Levels Levels { get; init; }

    public long Stored { get; init; } = 1_700_000_000;

    public int StoredTick { get; init; } = -1;

    public long Valid { get; init; } = 1_900_000_000;

    public long Length { get; init; } = 1000;

    public static byte[] Encode(IEnumerable<string> tags)
    {
        var bytes = new List<byte>();
        foreach (var tag in tags)
        {
            var text = Encoding.UTF8.GetBytes(tag);
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)text.Length);
            bytes.AddRange(length);
            bytes.AddRange(text);
        }

        return [.. bytes];
    }

    public EntryFacts Spans() => new()
    {
        Name = Name,
        Levels = Levels,
        Stored = Stored,
        StoredTick = StoredTick,
        Made = Stored,
        Valid = Valid,
        Length = Length,
        Status = 200,
        Key = Encoding.UTF8.GetBytes(Key),
        Tags = Encode(Tags),
    };

    public PutOutcome PutInto(CacheIndex index) => index.Put(Spans());

    public void PutScannedInto(CacheIndex index)
    {
        var batch = new FactsBatch();
        batch.TryAdd(Spans()).ShouldBeTrue();
        index.PutScanned(batch);
    }
}
