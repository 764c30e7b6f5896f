using System.Globalization;

namespace Towncrier.Agent.Matching.Bans;

/// <summary>How a ban expression's problems are told.</summary>
internal static class BanText
{
    /// <param name="at">In characters counted from 1.</param>
    public static string At(int at, string problem) => string.Create(CultureInfo.InvariantCulture, $"at {at}: {problem}");
}
