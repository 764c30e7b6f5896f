using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Towncrier.Agent.Matching;

/// <summary>
/// URIs in which a regular expression is found. Runs on .NET's non-backtracking engine, so the time is linear in the
/// text whatever the expression; what that engine cannot do (backreferences, lookarounds) is refused when it is compiled.
/// </summary>
internal sealed class RegexPattern : ITextPattern
{
    /// <summary>Longest expression, in characters. Nobody writes a longer one by hand, and compiling is not free.</summary>
    public const int MaxLength = 4096;

    private const int MaxAutomaton = 10_000; // states; nested counts such as (a{1000}){1000} exceed it

    private readonly Regex _regex;

    static RegexPattern() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", MaxAutomaton);

    private RegexPattern(Regex regex, byte[] literal)
    {
        _regex = regex;
        Literal = literal;
    }

    public byte[] Literal { get; }

    public static bool TryCompile(string expression, out RegexPattern? pattern, out string problem)
    {
        pattern = null;
        if (expression.Length > MaxLength)
        {
            problem = $"the regular expression has {expression.Length} characters; {MaxLength} are allowed";
            return false;
        }

        if (PcreText.Problem(expression) is { } difference)
        {
            problem = difference;
            return false;
        }

        try
        {
            var regex = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            pattern = new RegexPattern(regex, Encoding.UTF8.GetBytes(RegexLiteral.Of(expression)));
            problem = "";
            return true;
        }
        catch (RegexParseException e)
        {
            problem = $"the regular expression is not valid at character {e.Offset}: {Reason(e)}";
        }
        catch (ArgumentException e)
        {
            problem = $"the regular expression is not valid: {e.Message}";
        }
        catch (NotSupportedException e)
        {
            problem = $"the regular expression needs more than a linear-time engine can do: {e.Message}";
        }

        return false;
    }

    // .NET quotes the whole expression first; its sender knows it.
    private static string Reason(RegexParseException e)
    {
        var lead = string.Create(CultureInfo.InvariantCulture, $"at offset {e.Offset}. ");
        var at = e.Message.LastIndexOf(lead, StringComparison.Ordinal);
        return at < 0 ? e.Error.ToString() : e.Message[(at + lead.Length)..];
    }

    public bool IsMatch(ReadOnlySpan<byte> uri)
    {
        Span<char> text = uri.Length <= 1024 ? stackalloc char[uri.Length] : new char[uri.Length];
        var length = Encoding.UTF8.GetChars(uri, text); // never more characters than bytes
        return _regex.IsMatch(text[..length]);
    }
}
