namespace Towncrier.Peers.ServiceBus;

internal enum SqlKind : byte
{
    Word,
    /// <summary>A [name], never a keyword.</summary>
    Bracketed,
    Text,
    Number,
    Symbol,
    End,
}

internal readonly record struct SqlToken(SqlKind Kind, string Value, int At);

/// <summary>Splits the SQL of a rule.</summary>
internal static class SqlTokens
{
    /// <exception cref="FormatException">A character that is none of SQL's, or a text without its end.</exception>
    public static List<SqlToken> Read(string sql)
    {
        var tokens = new List<SqlToken>();
        var at = 0;
        while (at < sql.Length)
        {
            if (char.IsWhiteSpace(sql[at])) at++;
            else tokens.Add(Next(sql, ref at));
        }

        tokens.Add(new SqlToken(SqlKind.End, "", at));
        return tokens;
    }

    private static SqlToken Next(string sql, ref int at)
    {
        var start = at;
        var c = sql[at];
        if (c is '\'') return new SqlToken(SqlKind.Text, Quoted(sql, ref at, '\''), start);
        if (c is '[') return new SqlToken(SqlKind.Bracketed, Quoted(sql, ref at, ']'), start);
        if (char.IsLetter(c) || c is '_' or '@')
        {
            while (at < sql.Length && (char.IsLetterOrDigit(sql[at]) || sql[at] is '_' or '@' or '#' or '$')) at++;
            return new SqlToken(SqlKind.Word, sql[start..at], start);
        }

        if (char.IsDigit(c))
        {
            while (at < sql.Length && (char.IsDigit(sql[at]) || sql[at] == '.')) at++;
            return new SqlToken(SqlKind.Number, sql[start..at], start);
        }

        at += at + 1 < sql.Length && sql.Substring(at, 2) is "<>" or "!=" or "<=" or ">=" ? 2 : 1;
        var symbol = sql[start..at];
        return "()=<>,.-".Contains(symbol, StringComparison.Ordinal) || symbol.Length == 2
            ? new SqlToken(SqlKind.Symbol, symbol, start)
            : throw new FormatException($"'{symbol}' at {start} is not understood");
    }

    // A doubled end stands for itself.
    private static string Quoted(string sql, ref int at, char end)
    {
        var start = at++;
        var text = new System.Text.StringBuilder();
        for (; at < sql.Length; at++)
        {
            if (sql[at] != end) text.Append(sql[at]);
            else if (at + 1 < sql.Length && sql[at + 1] == end) text.Append(sql[at++]);
            else
            {
                at++;
                return text.ToString();
            }
        }

        throw new FormatException($"the text that begins at {start} has no end");
    }
}
