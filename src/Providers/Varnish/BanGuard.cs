namespace Towncrier.Providers.Varnish;

/// <summary>Keeps the one expression away from Varnish that ends its process. What else is wrong, Varnish says itself.</summary>
internal static class BanGuard
{
    /// <summary>
    /// A field without the header's name, such as <c>obj.http. == x</c>: varnish 7.1 is killed by it at the next request,
    /// and with it all that it has cached. Null for any other expression.
    /// </summary>
    public static string? Problem(string expression)
    {
        foreach (var word in expression.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "req.http." or "obj.http.") return $"\"{word}\" names no header, and Varnish would crash on it";
            // The length of a header's name is one byte there, and an assertion.
            if (word.Length > 127 && (word.StartsWith("req.http.", StringComparison.Ordinal) || word.StartsWith("obj.http.", StringComparison.Ordinal)))
                return "a header's name is longer than Varnish takes";
        }

        return null;
    }
}
