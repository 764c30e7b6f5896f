using System.Globalization;

namespace Towncrier.Peers.ServiceBus;

/// <summary>
/// The SQL of rules, by Microsoft's "Subscription rule SQL filter syntax": comparisons, IN, LIKE, IS NULL, EXISTS, NOT, AND,
/// OR, parentheses; no arithmetic. Names without a scope are the user's properties, by their case; <c>sys.</c> names are the
/// broker's, in any case. A condition is true, false or unknown.
/// </summary>
internal sealed class SqlRule
{
    private readonly List<SqlToken> _tokens;
    private readonly IReadOnlyList<KeyValuePair<string, object>> _parameters;
    private int _next;

    private SqlRule(string sql, IReadOnlyList<KeyValuePair<string, object>> parameters) => (_tokens, _parameters) = (SqlTokens.Read(sql), parameters);

    private SqlToken Here => _tokens[_next];

    /// <exception cref="FormatException">It is not understood; the message says where.</exception>
    public static Func<Message, bool?> Compile(string sql, IReadOnlyList<KeyValuePair<string, object>> parameters)
    {
        var parser = new SqlRule(sql, parameters);
        var condition = parser.Or();
        return parser.Here.Kind == SqlKind.End ? condition : throw parser.NotUnderstood();
    }

    private Func<Message, bool?> Or()
    {
        var left = And();
        while (Skip("OR"))
        {
            var (a, b) = (left, And());
            left = message => a(message) is var one && one == true ? true : b(message) is var other && other == true ? true : one is null || other is null ? null : false;
        }

        return left;
    }

    private Func<Message, bool?> And()
    {
        var left = Not();
        while (Skip("AND"))
        {
            var (a, b) = (left, Not());
            left = message => a(message) is var one && one == false ? false : b(message) is var other && other == false ? false : one is null || other is null ? null : true;
        }

        return left;
    }

    private Func<Message, bool?> Not()
    {
        if (!Skip("NOT")) return Predicate();
        var inner = Not();
        return message => !inner(message);
    }

    private Func<Message, bool?> Predicate()
    {
        if (Skip("("))
        {
            var inner = Or();
            Need(")");
            return inner;
        }

        if (Skip("EXISTS"))
        {
            Need("(");
            var property = Operand();
            Need(")");
            return message => property(message) is not null;
        }

        return Comparison(Operand());
    }

    private Func<Message, bool?> Comparison(Func<Message, object?> left)
    {
        if (Skip("IS"))
        {
            var not = Skip("NOT");
            Need("NULL");
            return message => left(message) is null != not;
        }

        var negated = Skip("NOT");
        if (Skip("IN")) return Negate(In(left), negated);
        if (Skip("LIKE")) return Negate(Like(left), negated);
        if (negated) throw NotUnderstood();
        foreach (var (symbol, holds) in Comparisons)
        {
            if (!Skip(symbol)) continue;
            var right = Operand();
            return message => SqlValue.Compare(left(message), right(message)) is { } order ? holds(order) : null;
        }

        return message => left(message) as bool?;
    }

    private static readonly (string Symbol, Func<int, bool> Holds)[] Comparisons =
    [
        ("=", order => order == 0), ("<>", order => order != 0), ("!=", order => order != 0),
        ("<=", order => order <= 0), (">=", order => order >= 0), ("<", order => order < 0), (">", order => order > 0),
    ];

    private static Func<Message, bool?> Negate(Func<Message, bool?> condition, bool negated) => negated ? message => !condition(message) : condition;

    private Func<Message, bool?> In(Func<Message, object?> left)
    {
        Need("(");
        var list = new List<Func<Message, object?>> { Operand() };
        while (Skip(",")) list.Add(Operand());
        Need(")");
        return message => left(message) is { } value ? list.Any(one => SqlValue.Compare(value, one(message)) == 0) : null;
    }

    private Func<Message, bool?> Like(Func<Message, object?> left)
    {
        var pattern = Operand();
        var escape = Skip("ESCAPE") ? Take().Value is [var one] ? one : throw NotUnderstood() : (char?)null;
        return message => left(message) is string text && pattern(message) is string like ? SqlValue.IsLike(text, like, escape) : null;
    }

    private Func<Message, object?> Operand()
    {
        var minus = Skip("-");
        var token = Take();
        switch (token.Kind)
        {
            case SqlKind.Text when !minus:
                return _ => token.Value;
            case SqlKind.Number:
                object number = token.Value.Contains('.', StringComparison.Ordinal)
                    ? double.Parse(token.Value, CultureInfo.InvariantCulture) * (minus ? -1 : 1) : long.Parse(token.Value, CultureInfo.InvariantCulture) * (minus ? -1 : 1);
                return _ => number;
            case SqlKind.Word or SqlKind.Bracketed when !minus:
                return Name(token);
            default:
                _next--;
                throw NotUnderstood();
        }
    }

    private Func<Message, object?> Name(SqlToken token)
    {
        if (token.Kind == SqlKind.Word)
        {
            if (Is(token, "TRUE")) return _ => true;
            if (Is(token, "FALSE")) return _ => false;
            if (Is(token, "NULL")) return _ => null;
            if (token.Value[0] == '@')
                return _parameters.FirstOrDefault(one => one.Key == token.Value).Value is { } value ? _ => value : throw new FormatException($"the parameter {token.Value} has no value");
        }

        if (!Skip(".")) return message => message.UserProperty(token.Value);
        var name = Take().Value;
        if (Is(token, "user")) return message => message.UserProperty(name);
        if (!Is(token, "sys")) throw new FormatException($"'{token.Value}.' at {token.At} is not a scope: sys or user");
        return name.Equals("ContentType", StringComparison.OrdinalIgnoreCase) ? message => message.ContentType : message => message.Properties.Of(name);
    }

    private static bool Is(SqlToken token, string word) => token.Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    private SqlToken Take() => Here.Kind == SqlKind.End ? throw NotUnderstood() : _tokens[_next++];

    private bool Skip(string word)
    {
        if (Here.Kind is not (SqlKind.Word or SqlKind.Symbol) || !Is(Here, word)) return false;
        _next++;
        return true;
    }

    private void Need(string word)
    {
        if (!Skip(word)) throw NotUnderstood();
    }

    private FormatException NotUnderstood() => new(Here.Kind == SqlKind.End ? $"it ends too early, at {Here.At}" : $"'{Here.Value}' at {Here.At} is not understood");
}
