namespace Towncrier.Agent.Nginx;

/// <summary>In what form the origin's response head stands in a cache file.</summary>
internal enum HeadForm : byte
{
    /// <summary>proxy_pass over HTTP/1: the status line and headers as sent.</summary>
    Http,

    /// <summary>uwsgi and scgi: headers, the status in one of them.</summary>
    Cgi,

    /// <summary>fastcgi: CGI text inside FastCGI records.</summary>
    FastCgi,

    /// <summary>proxy_http_version 2: frames with HPACK inside. Its headers are not read; the key is.</summary>
    Http2,
}

/// <summary>The origin's response head: status and header fields, whatever the form it is kept in. Pure.</summary>
internal readonly ref struct ResponseHead
{
    private readonly ReadOnlySpan<byte> _lines;

    private ResponseHead(HeadForm form, int status, ReadOnlySpan<byte> lines)
    {
        Form = form;
        Status = status;
        _lines = lines;
    }

    public HeadForm Form { get; }

    /// <summary>The HTTP status; 0 when it cannot be read.</summary>
    public int Status { get; }

    /// <summary>Whether the header fields, and with them the tags, can be read.</summary>
    public bool Readable => Form != HeadForm.Http2;

    public HeaderFields Fields => new(_lines);

    /// <summary>The header lines; empty when they cannot be read.</summary>
    public ReadOnlySpan<byte> Lines => _lines;

    /// <param name="raw">The head as it stands in the file.</param>
    /// <param name="scratch">At least as long as <paramref name="raw"/>; FastCGI content is gathered there.</param>
    public static ResponseHead Parse(ReadOnlySpan<byte> raw, Span<byte> scratch)
    {
        if (raw.StartsWith("HTTP/1."u8))
        {
            var end = raw.IndexOf((byte)'\n');
            var line = end < 0 ? raw : raw[..end];
            var space = line.IndexOf((byte)' ');
            var status = space < 0 ? 0 : ReadStatus(line[(space + 1)..]);
            return new ResponseHead(HeadForm.Http, status, end < 0 ? default : raw[(end + 1)..]);
        }

        if (FastCgiRecords.Looks(raw))
        {
            var length = FastCgiRecords.Unframe(raw, scratch);
            return OfCgi(HeadForm.FastCgi, scratch[..length]);
        }

        return LooksHttp2(raw) ? new ResponseHead(HeadForm.Http2, 0, default) : OfCgi(HeadForm.Cgi, raw);
    }

    private static ResponseHead OfCgi(HeadForm form, ReadOnlySpan<byte> lines)
    {
        if (lines.StartsWith("HTTP/1."u8)) // raw HTTP behind uwsgi or scgi, which nginx takes too
        {
            var head = Parse(lines, default);
            return new ResponseHead(form, head.Status, head._lines);
        }

        var status = 200; // CGI without a Status field means 200, or 302 with a Location (nginx does the same)
        foreach (var field in new HeaderFields(lines))
        {
            if (field.Is("Status"u8)) return new ResponseHead(form, ReadStatus(field.Value), lines);
            if (field.Is("Location"u8)) status = 302;
        }

        return new ResponseHead(form, status, lines);
    }

    // A frame header: 24 bits of length, the type, flags, 31 bits of stream. Text never begins with a zero byte.
    private static bool LooksHttp2(ReadOnlySpan<byte> raw) => raw.Length >= 9 && raw[0] == 0 && raw[3] <= 9;

    private static int ReadStatus(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3) return 0;
        var status = 0;
        foreach (var c in text[..3])
        {
            if (c is < (byte)'0' or > (byte)'9') return 0;
            status = (status * 10) + (c - '0');
        }

        return status;
    }
}
