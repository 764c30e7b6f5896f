namespace Towncrier.Agent.Matching.Bans;

/// <summary>One word of a ban expression.</summary>
/// <param name="At">Where it begins, in characters counted from 1.</param>
internal readonly record struct BanToken(string Text, int At);

/// <summary>
/// Splits a ban expression at white space. A word is taken as it is, as VCL's <c>ban()</c> does; one that begins with a
/// double quote reaches to the next, with the escapes that <c>varnishadm ban</c> knows (lib/libvarnish/vav.c).
/// </summary>
internal ref struct BanTokens(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _next;

    public BanToken Current { get; private set; }

    /// <summary>Where the text ends, counted like <see cref="BanToken.At"/>.</summary>
    public readonly int End => _text.Length + 1;

    /// <summary>False at the end, and with a problem for a quoted word that is none.</summary>
    public bool MoveNext(out string problem)
    {
        problem = "";
        while (_next < _text.Length && IsBlank(_text[_next])) _next++;
        if (_next == _text.Length) return false;
        var from = _next;
        if (_text[from] == '"') return Quoted(out problem);
        while (_next < _text.Length && !IsBlank(_text[_next])) _next++;
        Current = new BanToken(_text[from.._next].ToString(), from + 1);
        return true;
    }

    private bool Quoted(out string problem)
    {
        problem = "";
        var from = _next++;
        var word = new System.Text.StringBuilder();
        while (_next < _text.Length && _text[_next] != '"')
        {
            if (_text[_next] != '\\')
            {
                word.Append(_text[_next++]);
                continue;
            }

            var length = Escape(_text[_next..], out var character);
            if (length == 0)
            {
                problem = BanText.At(_next + 1, @"in quotes a backslash begins \n, \r, \t, \"", \\, \x41 or \101; for the backslash itself write \\");
                return false;
            }

            word.Append(character);
            _next += length;
        }

        if (_next == _text.Length)
        {
            problem = BanText.At(from + 1, "the quote is not closed");
            return false;
        }

        _next++;
        if (_next < _text.Length && !IsBlank(_text[_next]))
        {
            problem = BanText.At(_next + 1, "a blank has to follow the closing quote");
            return false;
        }

        Current = new BanToken(word.ToString(), from + 1);
        return true;
    }

    /// <summary>The length of an escape and what it means; 0 for what is none.</summary>
    private static int Escape(ReadOnlySpan<char> text, out char meant)
    {
        meant = text.Length < 2 ? '\0' : text[1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '"' => '"', '\\' => '\\', _ => '\0' };
        if (meant != '\0') return 2;
        if (text.Length < 2) return 0;
        if (text[1] == 'x')
        {
            if (text.Length < 4 || !char.IsAsciiHexDigit(text[2]) || !char.IsAsciiHexDigit(text[3])) return 0;
            meant = (char)((Convert.ToInt32(text[2].ToString(), 16) << 4) | Convert.ToInt32(text[3].ToString(), 16));
            return 4;
        }

        var length = 1;
        var value = 0;
        for (; length < 4 && length < text.Length && text[length] is >= '0' and <= '7'; length++) value = (value << 3) | (text[length] - '0');
        meant = (char)(value & 0xff);
        return length == 1 ? 0 : length;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f';
}
