using System.Text;

namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>What the lexer found.</summary>
internal enum NginxTokenKind
{
    Word,
    Semicolon,
    Open,
    Close,
    End,
}

/// <summary>One token and the line it begins on.</summary>
internal readonly record struct NginxToken(NginxTokenKind Kind, string Text, int Line);

/// <summary>
/// Cuts configuration text into tokens by nginx's own rules (ngx_conf_read_token): quotes and comments count only at a
/// token's begin, <c>${name}</c> keeps its braces, and a backslash is kept unless it stands before a quote, a backslash, t, r or n.
/// Never throws; an open quote runs to the end.
/// </summary>
internal sealed class NginxLexer(string text)
{
    private int _at;
    private int _line = 1;

    public NginxToken Next()
    {
        SkipBlanks();
        if (_at >= text.Length) return new NginxToken(NginxTokenKind.End, "", _line);
        var line = _line;
        switch (text[_at])
        {
            case ';': _at++; return new NginxToken(NginxTokenKind.Semicolon, ";", line);
            case '{': _at++; return new NginxToken(NginxTokenKind.Open, "{", line);
            case '}': _at++; return new NginxToken(NginxTokenKind.Close, "}", line);
            case '"' or '\'': return new NginxToken(NginxTokenKind.Word, Quoted(text[_at++]), line);
            default: return new NginxToken(NginxTokenKind.Word, Plain(), line);
        }
    }

    /// <summary>Skips a block of another language (Lua, njs) whose opening brace was just read, up to and with its closing brace.</summary>
    public void SkipForeignBlock()
    {
        for (var depth = 1; _at < text.Length && depth > 0;)
        {
            var c = Take();
            if (c == '{') depth++;
            else if (c == '}') depth--;
            else if (c is '"' or '\'') Quoted(c);
        }
    }

    private void SkipBlanks()
    {
        while (_at < text.Length)
        {
            if (char.IsWhiteSpace(text[_at])) Take();
            else if (text[_at] == '#') while (_at < text.Length && text[_at] != '\n') _at++;
            else return;
        }
    }

    private string Quoted(char quote)
    {
        var word = new StringBuilder();
        while (_at < text.Length)
        {
            var c = Take();
            if (c == quote) break;
            word.Append(c == '\\' ? Escape() : c.ToString());
        }

        return word.ToString();
    }

    private string Plain()
    {
        var word = new StringBuilder();
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == '$' && _at + 1 < text.Length && text[_at + 1] == '{')
            {
                word.Append("${");
                _at += 2;
                continue;
            }

            if (c is ';' or '{' || char.IsWhiteSpace(c)) break;
            Take();
            word.Append(c == '\\' ? Escape() : c.ToString());
        }

        return word.ToString();
    }

    private string Escape()
    {
        if (_at >= text.Length) return "\\";
        var c = Take();
        return c switch
        {
            '"' or '\'' or '\\' => c.ToString(),
            't' => "\t",
            'r' => "\r",
            'n' => "\n",
            _ => "\\" + c,
        };
    }

    private char Take()
    {
        var c = text[_at++];
        if (c == '\n') _line++;
        return c;
    }
}
