using System.Buffers.Binary;
using System.Text;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// Which response headers carry tags. Conventions differ in what stands between two tags (blanks, commas,
/// semicolons); none of them allows one of these inside a tag, so all are taken as separators everywhere.
/// </summary>
internal sealed class TagHeaders(IEnumerable<string> names)
{
    public static readonly string[] DefaultNames =
    [
        "Surrogate-Key", "Cache-Tag", "Cache-Tags", "X-Cache-Tags", "xkey", "X-Magento-Tags", "Purge-Cache-Tags",
        "X-Drupal-Cache-Tags", "Edge-Cache-Tag", "CDN-Tag", "Netlify-Cache-Tag",
    ];

    private readonly byte[][] _names = [.. names.Select(Encoding.ASCII.GetBytes)];

    public static TagHeaders Default { get; } = new(DefaultNames);

    public static ReadOnlySpan<byte> Separators => " \t,;"u8;

    /// <summary>
    /// Writes every tag of the head, repeats included, as a 16-bit length and its bytes. Never more than
    /// three times the head's length, so a buffer of that size always suffices.
    /// </summary>
    public int Collect(ResponseHead head, Span<byte> to)
    {
        var used = 0;
        foreach (var field in head.Fields)
        {
            if (!IsTagHeader(field)) continue;
            var rest = field.Value;
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOfAny(Separators);
                var tag = end < 0 ? rest : rest[..end];
                rest = end < 0 ? default : rest[(end + 1)..];
                if (tag.IsEmpty) continue;
                BinaryPrimitives.WriteUInt16LittleEndian(to[used..], (ushort)tag.Length);
                tag.CopyTo(to[(used + 2)..]);
                used += 2 + tag.Length;
            }
        }

        return used;
    }

    private bool IsTagHeader(HeaderField field)
    {
        foreach (var name in _names)
            if (field.Is(name)) return true;
        return false;
    }
}
