using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>Entries and feeds.</summary>
internal static class Atom
{
    public static readonly XNamespace Ns = "http://www.w3.org/2005/Atom";
    public static readonly XNamespace Connect = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
    public static readonly XNamespace Instance = "http://www.w3.org/2001/XMLSchema-instance";

    public static XElement Entry(string id, string name, DateTimeOffset createdAt, XElement description)
    {
        description.SetAttributeValue(XNamespace.Xmlns + "i", Instance.NamespaceName);
        return new XElement(Ns + "entry",
            new XElement(Ns + "id", id),
            new XElement(Ns + "title", new XAttribute("type", "text"), name),
            new XElement(Ns + "published", Time(createdAt)),
            new XElement(Ns + "updated", Time(createdAt)),
            new XElement(Ns + "link", new XAttribute("rel", "self"), new XAttribute("href", id)),
            new XElement(Ns + "content", new XAttribute("type", "application/xml"), description));
    }

    /// <param name="id">The request's address, without its query.</param>
    /// <param name="next">Of the next page; null when this is the last.</param>
    public static XElement Feed(string id, string title, DateTimeOffset now, IEnumerable<XElement> entries, string? next) => new(Ns + "feed",
        new XElement(Ns + "title", new XAttribute("type", "text"), title),
        new XElement(Ns + "id", id),
        new XElement(Ns + "updated", Time(now)),
        new XElement(Ns + "link", new XAttribute("rel", "self"), new XAttribute("href", id)),
        next is null ? null : new XElement(Ns + "link", new XAttribute("rel", "next"), new XAttribute("href", next)),
        entries);

    /// <summary>The description in an entry; null when there is none of that name.</summary>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static XElement? Description(byte[] body, string name)
    {
        using var stream = new MemoryStream(body);
        var entry = XDocument.Load(stream).Root;
        return entry?.Name == Ns + "entry" ? entry.Element(Ns + "content")?.Element(Connect + name) : null;
    }

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
