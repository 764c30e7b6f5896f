using System.Diagnostics.CodeAnalysis;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>XML as SNS answers it. No document types and nothing from elsewhere is read.</summary>
internal static class AwsXml
{
    // Answers are at most six deep; building a tree costs the square of its depth.
    private const int MostDepth = 16;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <summary>False when it is no well-formed document, or a deeper one than AWS's.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out XElement? root)
    {
        root = null;
        try
        {
            using var bytes = new MemoryStream(body.ToArray(), writable: false);
            using (var scan = XmlReader.Create(bytes, Settings))
            {
                while (scan.Read())
                {
                    if (scan.Depth > MostDepth) return false;
                }
            }

            bytes.Position = 0;
            using var reader = XmlReader.Create(bytes, Settings);
            root = XDocument.Load(reader).Root;
            return root is not null;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>The first child of that name, of whatever namespace; null when there is none.</summary>
    public static XElement? Below(XElement? element, string name) => element?.Elements().FirstOrDefault(child => child.Name.LocalName == name);

    /// <summary>The children of that name of the child <paramref name="list"/>.</summary>
    public static IEnumerable<XElement> All(XElement? element, string list, string name) =>
        Below(element, list)?.Elements().Where(child => child.Name.LocalName == name) ?? [];
}
