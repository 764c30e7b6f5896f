using System.Net;
using System.Text;

namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>The text of a reply's head: "HTTP/1.1 200 OK" and its CGI twin "Status: 200 OK".</summary>
internal static class HeadText
{
    public static string Http(OriginReply reply) => Write("HTTP/1.1 ", reply, "Connection: close\r\n");

    public static string Cgi(OriginReply reply) => reply.RawHttp ? Http(reply) : Write("Status: ", reply, "");

    private static string Write(string first, OriginReply reply, string last)
    {
        var text = new StringBuilder(first).Append(reply.Status).Append(' ').Append((HttpStatusCode)reply.Status).Append("\r\n");
        foreach (var (name, value) in reply.Headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        if (reply.Status is not (304 or 204))
            text.Append("Content-Length: ").Append(reply.Body.Length).Append("\r\n");
        return text.Append(last).Append("\r\n").ToString();
    }
}
