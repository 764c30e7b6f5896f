using Towncrier.Host.Configuring.Fleet;

namespace Towncrier.Host.Configuring;

/// <summary>Finds the token. Its value is never in a problem.</summary>
internal static class TokenReader
{
    /// <summary>The token of the strongest layer that names one; null when none does, or with a problem added.</summary>
    /// <param name="layers">Weakest first.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static string? Read(IEnumerable<ConfigLayer> layers, List<ConfigProblem> problems)
    {
        var layer = layers.LastOrDefault(l => l.Token is not null || l.TokenFile is not null);
        if (layer?.Token is { } token) return Check(token.Value, token.Where, problems);
        return layer?.TokenFile is { } file && SecretFile.Read(file, "token", problems) is { } text ? Check(text, file.Where, problems) : null;
    }

    private static string? Check(string text, string where, List<ConfigProblem> problems)
    {
        var token = text.Trim();
        if (token.Length > 0 && token.All(c => c is > ' ' and < '\x7f')) return token;
        var what = token.Length == 0 ? "the token is empty" : "the token holds a blank or a character that a header cannot carry";
        problems.Add(new ConfigProblem(where, what, "Use printable ASCII, such as the output of 'openssl rand -hex 32'"));
        return null;
    }
}
