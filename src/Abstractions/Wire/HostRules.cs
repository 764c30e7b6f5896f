namespace Towncrier.Wire;

/// <summary>What can be a host on the wire: a name or address with an optional port, or <c>*.</c> and a domain.</summary>
internal static class HostRules
{
    /// <summary>Most characters of a host: a DNS name of 253, a port, and some to spare.</summary>
    private const int MaxLength = 300;

    /// <summary>What is wrong with a host that is not empty, as a sentence's end; null when nothing is.</summary>
    public static string? Problem(string host)
    {
        if (host.Length > MaxLength) return $"is longer than {MaxLength} characters";
        foreach (var c in host)
        {
            if (char.IsWhiteSpace(c)) return "holds white space";
            if (char.IsControl(c)) return "holds a control character";
            if (c is '/' or '\\') return "holds a slash: give the name only, without scheme or path";
        }

        return Surrogates.ArePaired(host) ? null : "holds half a surrogate pair";
    }
}
