using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>What the origin answers. Content-Length is added; nothing else is. Immutable: build with <see cref="Text"/> and <see cref="With"/>.</summary>
internal sealed record OriginReply
{
    public int Status { get; init; } = 200;

    /// <summary>In this order on the wire; a name may come twice.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The origin sends nothing before this ends.</summary>
    public Task BeforeHead { get; init; } = Task.CompletedTask;

    /// <summary>The origin sends the headers and half of the body, then waits for this.</summary>
    public Task MidBody { get; init; } = Task.CompletedTask;

    /// <summary>False: answer in full although If-None-Match or If-Modified-Since equals our ETag or Last-Modified.</summary>
    public bool Conditional { get; init; } = true;

    /// <summary>FastCGI only: a record ends right after the first occurrence of each of these texts.</summary>
    public IReadOnlyList<string> SplitAfter { get; init; } = [];

    /// <summary>FastCGI only: the most content bytes in one record, 1..65535.</summary>
    public int RecordSize { get; init; } = 8192;

    /// <summary>FastCGI only: bytes of padding after each record's content, 0..255.</summary>
    public byte RecordPadding { get; init; }

    /// <summary>uwsgi and scgi only: begin with a raw "HTTP/1.1 200 OK" line, not with a "Status:" header.</summary>
    public bool RawHttp { get; init; }

    public static OriginReply Text(string body, params (string Name, string Value)[] headers) =>
        new() { Body = Encoding.UTF8.GetBytes(body), Headers = headers };

    public OriginReply With(string name, string value) => this with { Headers = [.. Headers, (name, value)] };

    /// <summary>The first value of a header, or "" when there is none.</summary>
    public string Header(string name) =>
        Headers.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    /// <summary>This reply, or a 304 with the same headers when the request already has what it says.</summary>
    public OriginReply For(OriginRequest request)
    {
        var matches = Same(request.Header("If-None-Match"), Header("ETag"))
            || Same(request.Header("If-Modified-Since"), Header("Last-Modified"));
        return Conditional && Status == 200 && matches ? this with { Status = 304, Body = default } : this;

        static bool Same(string asked, string have) => have.Length > 0 && asked == have;
    }
}
