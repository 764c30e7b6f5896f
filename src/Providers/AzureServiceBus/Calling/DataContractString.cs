using System.Text;
using System.Xml;

namespace Towncrier.Providers.AzureServiceBus.Calling;

/// <summary>
/// Bodies of the old .NET SDK (<c>new BrokeredMessage(text)</c>): a string or bytes as an element of binary XML, as the
/// DataContractSerializer writes it. Anything else is left as it is. Pure; never throws.
/// </summary>
internal static class DataContractString
{
    private const string Namespace = "http://schemas.microsoft.com/2003/10/Serialization/";

    private static readonly byte[] String = [0x40, 6, .. "string"u8, 8, (byte)Namespace.Length, .. Encoding.ASCII.GetBytes(Namespace)];
    private static readonly byte[] Bytes = [0x40, 12, .. "base64Binary"u8, 8, (byte)Namespace.Length, .. Encoding.ASCII.GetBytes(Namespace)];

    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> body)
    {
        var isString = body.Span.StartsWith(String);
        if (!isString && !body.Span.StartsWith(Bytes)) return body;
        try
        {
            using var reader = XmlDictionaryReader.CreateBinaryReader(body.ToArray(), new XmlDictionaryReaderQuotas { MaxDepth = 2, MaxStringContentLength = body.Length, MaxArrayLength = body.Length });
            reader.MoveToContent();
            return isString ? Encoding.UTF8.GetBytes(reader.ReadElementContentAsString()) : reader.ReadElementContentAsBase64();
        }
        catch (Exception e) when (e is XmlException or FormatException or InvalidOperationException)
        {
            return body;
        }
    }
}
