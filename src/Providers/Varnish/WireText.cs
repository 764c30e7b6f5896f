using System.Buffers;

namespace Towncrier.Providers.Varnish;

/// <summary>What may stand in a request: whatever else could end a line, or a word of the request line, is refused.</summary>
internal static class WireText
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Whether it can be a header's name.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.AsSpan().IndexOfAnyExcept(TokenCharacters) < 0;

    /// <summary>What keeps a path out of a request line; null when nothing does.</summary>
    public static string? PathProblem(string path)
    {
        foreach (var c in path)
        {
            if (c == ' ') return "the path holds a blank, which would end it in the request: write %20";
            if (c < ' ' || c == 0x7f) return "the path holds a control character: percent-escape it";
        }

        return null;
    }

    /// <summary>What keeps a text out of a header's value; null when nothing does.</summary>
    public static string? HeaderProblem(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "the value is empty";
        foreach (var c in text)
            if ((c < ' ' && c != '\t') || c == 0x7f) return "the value holds a control character";
        return null;
    }

    /// <summary>What keeps a host out of a Host header, as a sentence's end; null when nothing does.</summary>
    public static string? HostProblem(string host)
    {
        if (host.Length == 0) return "is empty";
        foreach (var c in host)
            if (c <= ' ' || c == 0x7f || c is '/' or '\\' or '"' or ',') return $"\"{host}\" is no host name";
        return null;
    }
}
