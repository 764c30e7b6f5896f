using System.Text;
using Towncrier.Agent.Nginx;

namespace Towncrier.Host.Looking;

/// <summary>Everything in one cache file's head, readable: what <c>towncrier inspect</c> prints.</summary>
internal sealed record HeadReport
{
    public required string File { get; init; }

    /// <summary>nginx's header version.</summary>
    public required int Version { get; init; }

    public required int HeaderBytes { get; init; }

    public required string Key { get; init; }

    public required string KeyCrc32 { get; init; }

    /// <summary>main: the MD5 of the key; variant: of the key and its Vary values; other: neither, nginx never looks there.</summary>
    public required string Named { get; init; }

    public required string State { get; init; }

    public required string Stored { get; init; }

    public required string ValidUntil { get; init; }

    public required long UpdatingSeconds { get; init; }

    public required long ErrorSeconds { get; init; }

    public required string? LastModified { get; init; }

    public required string? Etag { get; init; }

    public required string? Vary { get; init; }

    public required string? Variant { get; init; }

    public required int HeaderStart { get; init; }

    public required int BodyStart { get; init; }

    public required long Bytes { get; init; }

    /// <summary>http, cgi, fast_cgi or http2: how the response head stands in the file.</summary>
    public required HeadForm Form { get; init; }

    public required int Status { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required bool TagsUnreadable { get; init; }

    /// <summary>The response's header fields, as "Name: value".</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    public static HeadReport Of(EntryDetails entry, CacheHead head, ResponseHead response)
    {
        var headers = new List<string>();
        foreach (var field in response.Fields) headers.Add($"{Encoding.UTF8.GetString(field.Name)}: {Encoding.UTF8.GetString(field.Value)}");
        return new HeadReport
        {
            File = entry.File,
            Version = head.Layout.Version,
            HeaderBytes = head.Layout.Size,
            Key = entry.Key,
            KeyCrc32 = head.KeyCrc.ToString("x8", System.Globalization.CultureInfo.InvariantCulture),
            Named = NameOf(Path.GetFileName(entry.File), head),
            State = entry.State,
            Stored = entry.Stored,
            ValidUntil = entry.ValidUntil,
            UpdatingSeconds = head.Updating,
            ErrorSeconds = head.Error,
            LastModified = head.LastModified == -1 ? null : Json.Time(head.LastModified),
            Etag = head.ETag.IsEmpty ? null : Encoding.UTF8.GetString(head.ETag),
            Vary = entry.Vary,
            Variant = entry.Variant,
            HeaderStart = head.HeaderStart,
            BodyStart = head.BodyStart,
            Bytes = entry.Bytes,
            Form = response.Form,
            Status = entry.Status,
            Tags = entry.Tags,
            TagsUnreadable = entry.TagsUnreadable,
            Headers = headers,
        };
    }

    private static string NameOf(string name, CacheHead head)
        => name == EntryName.OfKey(head.Key).ToString() ? "main"
        : !head.Variant.IsEmpty && name == Convert.ToHexStringLower(head.Variant) ? "variant"
        : "other";
}
