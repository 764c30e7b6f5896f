using System.Text;

namespace Towncrier.Agent.Nginx;

/// <summary>
/// A <c>proxy_cache_key</c>, and how to find scheme, host and URI again in the keys made from it. nginx writes only the
/// result into the file, so the pieces are told apart by what they can be: a host ends at the first slash, an unknown
/// variable at the next literal.
/// </summary>
internal sealed class KeyTemplate
{
    private readonly KeyToken[] _before;
    private readonly KeyToken[] _uri;
    private readonly KeyToken[] _after;

    private KeyTemplate(string text, KeyToken[] before, KeyToken[] uri, KeyToken[] after)
    {
        Text = text;
        _before = before;
        _uri = uri;
        _after = after;
    }

    /// <summary>Guesses the common shapes: used when nobody knows the directive.</summary>
    public static KeyTemplate Auto { get; } = new("auto", [], [], []);

    public string Text { get; }

    public bool IsAuto => ReferenceEquals(this, Auto);

    /// <summary>The host in the key is the upstream's: a message's host can only be compared with a list of hosts.</summary>
    public bool HasOnlyUpstream => !IsAuto && !Has(KeyTokenKind.Host);

    /// <summary>A variable follows the URI without a mark between: a URL can only be found as a prefix.</summary>
    public bool OpenEnded => _after is [{ Kind: not KeyTokenKind.Literal }, ..];

    /// <summary>The key holds the decoded path: a URL is decoded before it is compared.</summary>
    public bool DecodesUri => _uri is [{ Kind: KeyTokenKind.DecodedUri }, ..];

    /// <summary>The pieces the URI is made of: the path, and what of the query follows it.</summary>
    public IReadOnlyList<KeyToken> UriTokens => _uri;

    /// <summary>Reads the directive's text. False with the reason when no URI variable is in it.</summary>
    public static bool TryParse(string text, out KeyTemplate template, out string problem)
    {
        template = Auto;
        problem = "";
        if (text is "auto") return true;
        var tokens = Tokens(text);
        var at = tokens.FindIndex(t => t.IsUri);
        if (at < 0)
        {
            problem = $"the key '{text}' has none of $request_uri, $uri and $document_uri: no URL can be found in it";
            return false;
        }

        var end = at + 1;
        // "$uri?$args": a mark of the query like $is_args, and nothing to look for from behind, since arguments may hold it.
        if (end + 1 < tokens.Count && tokens[end].IsQuestionMark && tokens[end + 1].Kind == KeyTokenKind.Args) end += 2;
        while (end < tokens.Count && tokens[end].ContinuesUri) end++;
        template = new KeyTemplate(text, [.. tokens[..at]], [.. tokens[at..end]], [.. tokens[end..]]);
        return true;
    }

    public KeySplit Split(ReadOnlySpan<byte> key)
    {
        if (IsAuto) return AutoKey.Split(key);
        return KeyReader.TrySplit(key, _before, _after, out var split) ? split : KeySplit.Whole(key.Length);
    }

    private static List<KeyToken> Tokens(string text)
    {
        var tokens = new List<KeyToken>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            var braced = i + 1 < text.Length && text[i + 1] == '{';
            var start = i + (braced ? 2 : 1);
            var end = start;
            if (text[i] == '$')
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
            if (end == start || text[i] != '$')
            {
                literal.Append(text[i++]);
                continue;
            }

            Flush(tokens, literal);
            var name = text[start..end];
            tokens.Add(new KeyToken(KeyToken.KindOf(name), Encoding.UTF8.GetBytes(name)));
            i = braced && end < text.Length ? end + 1 : end;
        }

        Flush(tokens, literal);
        return tokens;
    }

    private static void Flush(List<KeyToken> tokens, StringBuilder literal)
    {
        if (literal.Length == 0) return;
        tokens.Add(new KeyToken(KeyTokenKind.Literal, Encoding.UTF8.GetBytes(literal.ToString())));
        literal.Clear();
    }

    private bool Has(KeyTokenKind kind) => Array.Exists(_before, t => t.Kind == kind) || Array.Exists(_after, t => t.Kind == kind);
}
