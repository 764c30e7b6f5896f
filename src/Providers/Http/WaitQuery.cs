using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Towncrier.Providers.Http;

/// <summary>Reads <c>?wait=true&amp;timeout=5s</c>. Pure; never throws.</summary>
internal static class WaitQuery
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <param name="query">The request's query; parameters we do not know are passed over.</param>
    /// <param name="wait">How long the sender wants to wait, 30 s unless it says; null when it does not want to.</param>
    /// <param name="problem">What the sender must change, when the answer is false.</param>
    public static bool TryParse(IQueryCollection query, out TimeSpan? wait, out string problem)
    {
        wait = null;
        problem = "";
        var timeout = Default;
        if (query.TryGetValue("timeout", out var asked) && !TryParseDuration(asked.ToString(), out timeout))
        {
            problem = "timeout must be a whole number of ms, s or m, more than 0, such as 500ms, 5s or 1m";
            return false;
        }

        if (!query.TryGetValue("wait", out var flag)) return true;
        switch (flag.ToString())
        {
            case "true" or "1": wait = timeout; return true;
            case "false" or "0": return true;
            default: problem = "wait must be true or false, 1 or 0"; return false;
        }
    }

    private static bool TryParseDuration(string text, out TimeSpan duration)
    {
        var unit = text.Length - text.AsSpan().TrimEnd("ms").Length;
        var milliseconds = text[^unit..] switch { "ms" => 1, "s" => 1000, "m" => 60_000, _ => 0 };
        var known = int.TryParse(text.AsSpan(0, text.Length - unit), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        duration = TimeSpan.FromMilliseconds((double)count * milliseconds);
        return known && duration > TimeSpan.Zero;
    }
}
