using System.Security.Cryptography;
using System.Text.Json;

namespace Towncrier.Providers;

/// <summary>What a broker is told of a message beside its body; read from the top of its JSON, whatever else is in it. Pure.</summary>
/// <param name="Command">For filter policies; empty when the message has none.</param>
/// <param name="Host">As <paramref name="Command"/>.</param>
internal sealed record MessageHints(string Id, string Command, string Host)
{
    /// <summary>When it must not be applied any more; null when it does not say.</summary>
    public DateTimeOffset? Expires { get; init; }

    // What an attribute's name, type and value may add to the message; longer values are left out.
    private const int MostLetters = 255;

    /// <summary>The bytes that <see cref="Attributes"/> add to a message, at most.</summary>
    public const int MostBytes = 1024;

    public static MessageHints Of(ReadOnlySpan<byte> body)
    {
        string id = "", command = "", host = "";
        DateTimeOffset? expires = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return new MessageHints(id, command, host);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!reader.Read()) break;
                if (reader.TokenType != JsonTokenType.String) reader.Skip();
                else if (name.Equals("id", StringComparison.OrdinalIgnoreCase)) id = reader.GetString()!;
                else if (name.Equals("command", StringComparison.OrdinalIgnoreCase)) command = reader.GetString()!;
                else if (name.Equals("host", StringComparison.OrdinalIgnoreCase)) host = reader.GetString()!;
                else if (name.Equals("expires", StringComparison.OrdinalIgnoreCase) && reader.TryGetDateTimeOffset(out var end)) expires = end;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new MessageHints(id, command, host) { Expires = expires }; // no message of ours; its receiver refuses it with the reason
        }

        return new MessageHints(id, command, host) { Expires = expires };
    }

    /// <summary>Command and host, for filters.</summary>
    /// <param name="prefix">Of their names.</param>
    public IReadOnlyDictionary<string, string> Attributes(string prefix = "")
    {
        var attributes = new Dictionary<string, string>(2, StringComparer.Ordinal);
        if (IsPlain(Command, MostLetters)) attributes[prefix + "command"] = Command;
        if (IsPlain(Host, MostLetters)) attributes[prefix + "host"] = Host;
        return attributes;
    }

    /// <summary>An id for the broker: the message's own where it can be one there (1..128 printable ASCII characters), else a digest, the same for the same message.</summary>
    public string TransportId(ReadOnlySpan<byte> body)
    {
        if (IsPlain(Id, 128)) return Id;
        return Convert.ToHexString(SHA256.HashData(Id.Length > 0 ? System.Text.Encoding.UTF8.GetBytes(Id) : body));
    }

    private static bool IsPlain(string text, int most) => text.Length >= 1 && text.Length <= most && text.All(c => c is > ' ' and <= '~');
}
