using System.Globalization;
using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Store.Writing;

/// <summary>The response head of a stored object: its status, the store's own fields, its tags, and the fields it brought.</summary>
internal static class ResponseText
{
    private static ReadOnlySpan<byte> TagField => "Surrogate-Key"u8;

    /// <param name="lengthAt">Where in it the digits of the body's length stand, for <see cref="StoreFields.WriteLength"/>.</param>
    /// <exception cref="ArgumentException">A tag, a field or the status cannot stand in a response head.</exception>
    public static byte[] Write(ObjectHead head, DateTimeOffset stored, out int lengthAt)
    {
        if (head.Status is < 100 or > 999) throw new ArgumentException($"{head.Status} is no HTTP status", nameof(head));
        foreach (var tag in head.Tags)
            if (TagText.Problem(tag) is { } problem) throw new ArgumentException(problem, nameof(head));
        var text = new StringBuilder(256).Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {head.Status} \r\n");
        var fieldsAt = text.Length;
        text.Append(' ', StoreFields.Size);
        if (head.Tags.Count > 0) text.Append("Surrogate-Key: ").AppendJoin(' ', head.Tags.Select(TagText.Encode)).Append("\r\n");
        foreach (var (name, value) in head.Fields)
        {
            if (!HeaderFields.IsName(name)) throw new ArgumentException($"'{name}' is no name of a header field", nameof(head));
            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) throw new ArgumentException($"the value of {name} holds a CR, LF or NUL", nameof(head));
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        var bytes = Encoding.UTF8.GetBytes(text.Append("\r\n").ToString()); // up to the store's fields it is ASCII
        StoreFields.Write(bytes.AsSpan(fieldsAt), -1, (stored - DateTimeOffset.UnixEpoch).Ticks);
        lengthAt = fieldsAt + StoreFields.LengthAt;
        return bytes;
    }

    /// <summary>The tags and the fields that were put, without the store's own.</summary>
    public static (IReadOnlyList<string> Tags, IReadOnlyList<KeyValuePair<string, string>> Fields) Read(ReadOnlySpan<byte> lines)
    {
        var isOurs = StoreFields.TryRead(lines, out _, out _);
        if (isOurs) lines = lines[StoreFields.Size..];
        IReadOnlyList<string> tags = [];
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var field in new HeaderFields(lines))
        {
            // Right behind the store's fields it is the store's; one that the response brought comes later.
            if (isOurs && field.Is(TagField)) tags = [.. Encoding.UTF8.GetString(field.Value).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TagText.Decode)];
            else fields.Add(new(Encoding.UTF8.GetString(field.Name), Encoding.UTF8.GetString(field.Value)));
            isOurs = false;
        }

        return (tags, fields);
    }
}
