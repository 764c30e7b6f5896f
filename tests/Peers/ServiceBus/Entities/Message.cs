using System.Text;

namespace Towncrier.Peers.ServiceBus;

/// <summary>What a sender sent: never changed, shared by all subscriptions that took it.</summary>
/// <param name="User">The application's properties: strings, longs, doubles, bools, dates.</param>
/// <param name="Size">Body and properties, in bytes.</param>
internal sealed record Message(byte[] Body, string? ContentType, MessageProperties Properties, IReadOnlyList<KeyValuePair<string, object>> User, int Size)
{
    public static Message OfText(string body, string? label, IReadOnlyList<(string Name, object Value)> properties) => new(
        Encoding.UTF8.GetBytes(body), "text/plain", new MessageProperties { Label = label },
        [.. properties.Select(one => KeyValuePair.Create(one.Name, one.Value is int number ? (long)number : one.Value))], body.Length);

    /// <summary>Null when it has none of that name. Names differ by case.</summary>
    public object? UserProperty(string name)
    {
        foreach (var (key, value) in User)
        {
            if (key == name) return value;
        }

        return null;
    }
}
