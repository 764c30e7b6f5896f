namespace Towncrier.Host.Configuring;

/// <summary>Finds the token. Its value is never in a problem.</summary>
internal static class TokenReader
{
    // Far above any token; a bigger file is the wrong file.
    private const int MaxBytes = 4096;

    /// <summary>The token of the strongest layer that names one; null when none does, or with a problem added.</summary>
    /// <param name="layers">Weakest first.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static string? Read(IEnumerable<ConfigLayer> layers, List<ConfigProblem> problems)
    {
        var layer = layers.LastOrDefault(l => l.Token is not null || l.TokenFile is not null);
        if (layer?.Token is { } token) return Check(token.Value, token.Where, problems);
        return layer?.TokenFile is { } file ? ReadFile(file, problems) : null;
    }

    private static string? ReadFile(Sourced<string> path, List<ConfigProblem> problems)
    {
        string what;
        try
        {
            using var file = File.OpenRead(path.Value);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MaxBytes) return Check(System.Text.Encoding.Latin1.GetString(bytes, 0, length), path.Where, problems);
            what = $"the token file is larger than {MaxBytes} bytes";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            what = $"the token file cannot be read: {e.Message}";
        }

        problems.Add(new ConfigProblem(path.Where, what, $"Name a file that user {Environment.UserName} can read and that holds the token alone"));
        return null;
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
