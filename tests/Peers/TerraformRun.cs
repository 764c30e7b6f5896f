namespace Towncrier.Peers;

/// <summary>How one call of terraform ended.</summary>
public sealed record TerraformRun(string Command, int Code, string Stdout, string Stderr)
{
    /// <summary>Everything it said, for a failure's message.</summary>
    public string Words => $"{Command} ended with {Code}\n{Stdout}{Stderr}";

    /// <exception cref="InvalidOperationException">It failed; with all it said.</exception>
    public TerraformRun Done() => Code == 0 ? this : throw new InvalidOperationException(Words);
}
