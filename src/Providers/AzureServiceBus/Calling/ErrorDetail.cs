using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>The reason in an error's body: <c>&lt;Error&gt;&lt;Code&gt;..&lt;/Code&gt;&lt;Detail&gt;..&lt;/Detail&gt;&lt;/Error&gt;</c>. Pure; never throws.</summary>
internal static class ErrorDetail
{
    private const int Most = 64 * 1024;

    /// <summary>Empty when there is none, and the text itself when it is no XML.</summary>
    public static string Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length is 0 or > Most) return "";
        if (!TryParse(body, out var root)) return Encoding.UTF8.GetString(body.Span);
        return root!.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == "Detail")?.Value ?? root.Value;
    }

    /// <summary>XML without a document type, which none of Service Bus's answers has.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> body, out XElement? root)
    {
        root = null;
        try
        {
            using var stream = new MemoryStream(body.ToArray());
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 4 * 1024 * 1024 });
            root = XDocument.Load(reader).Root;
            return root is not null;
        }
        catch (XmlException)
        {
            return false;
        }
    }
}
