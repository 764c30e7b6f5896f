using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>What goes back, once it may.</summary>
internal sealed record Answer(int Status)
{
    public const string Atom = "application/atom+xml;type=entry;charset=utf-8";

    public string? ContentType { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public static Answer Ok { get; } = new(200);

    public static Answer OfXml(int status, XElement xml, string contentType = Atom) =>
        new(status) { ContentType = contentType, Body = Encoding.UTF8.GetBytes(xml.ToString(SaveOptions.DisableFormatting)) };

    /// <summary>The service's error body: a code and a detail, which ends with what its support asks for.</summary>
    /// <param name="entity">What the request was about.</param>
    public static Answer Error(int status, string detail, string entity, DateTimeOffset now) => OfXml(status, new XElement("Error",
        new XElement("Code", status),
        new XElement("Detail", string.Create(CultureInfo.InvariantCulture, $"{detail} TrackingId:{Guid.NewGuid()}_G0, SystemTracker:127.0.0.1:{entity}, Timestamp:{now.UtcDateTime:yyyy-MM-ddTHH:mm:ss}"))),
        "application/xml; charset=utf-8");
}
