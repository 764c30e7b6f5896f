namespace Towncrier.Host.Asking;

/// <summary>Where an agent is asked: http://HOST:PORT, HOST:PORT, or unix:PATH; below a path, where an application has mapped it there.</summary>
internal sealed record AgentAddress(string Text, Uri Base, string? Socket)
{
    public const string Default = "http://127.0.0.1:8471";

    public static AgentAddress? Parse(string text)
    {
        if (text == "unix:") return null;
        if (text.StartsWith("unix:", StringComparison.Ordinal)) return new AgentAddress(text, new Uri("http://localhost"), text[5..]);
        if (text.Contains("://", StringComparison.Ordinal) && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return null;
        var http = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? text : "http://" + text;
        return Uri.TryCreate(http, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? new AgentAddress(text, uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/"), null) : null;
    }
}
