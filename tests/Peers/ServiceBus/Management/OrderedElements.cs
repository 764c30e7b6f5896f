using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// The elements of a description as the service reads them: with a data contract, in one fixed order. An element that comes
/// after one it should precede is passed over without a word and its default counts (Azure/azure-sdk-for-net#16488 by the
/// service's own people; Azure/azure-sdk-for-js#14692 found ForwardTo shown by GET and yet not in force. Here a GET shows
/// what is in force). So is an element that is unknown.
/// </summary>
internal sealed class OrderedElements
{
    private readonly Dictionary<string, XElement> _read = [];

    /// <param name="order">The names in the contract's order.</param>
    public OrderedElements(XElement description, IReadOnlyList<string> order)
    {
        var reached = -1;
        foreach (var element in description.Elements())
        {
            var at = element.Name.Namespace == Atom.Connect ? Array.IndexOf([.. order], element.Name.LocalName) : -1;
            if (at <= reached) continue;
            reached = at;
            _read.Add(element.Name.LocalName, element);
        }
    }

    public XElement? Element(string name) => _read.GetValueOrDefault(name);

    public string? Text(string name) => Element(name)?.Value;

    /// <exception cref="FormatException">It is there, and no time span.</exception>
    public TimeSpan Span(string name, TimeSpan otherwise) => Text(name) is { } text ? Read(name, text, XmlConvert.ToTimeSpan) : otherwise;

    /// <inheritdoc cref="Span"/>
    public bool Truth(string name, bool otherwise) => Text(name) is { } text ? Read(name, text, XmlConvert.ToBoolean) : otherwise;

    /// <inheritdoc cref="Span"/>
    public int Number(string name, int otherwise) => Text(name) is { } text ? Read(name, text, value => int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture)) : otherwise;

    private static T Read<T>(string name, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new FormatException($"The value '{text}' of {name} cannot be read.", e);
        }
    }
}
