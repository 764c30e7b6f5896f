using System.Text;

namespace Towncrier.Providers.Varnish;

/// <summary>One request. Its target is sent byte for byte, what is not ASCII as UTF-8.</summary>
internal sealed record VarnishRequest(string Method, string Target, string Host, string? Header = null, string? Value = null)
{
    public byte[] ToBytes()
        => Encoding.UTF8.GetBytes($"{Method} {Target} HTTP/1.1\r\nHost: {Host}\r\nUser-Agent: towncrier\r\n{(Header is null ? "" : $"{Header}: {Value}\r\n")}\r\n");
}
