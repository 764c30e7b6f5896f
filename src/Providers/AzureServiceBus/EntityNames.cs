namespace Towncrier.Providers.AzureServiceBus;

/// <summary>What names of entities may be (Microsoft, "Naming rules and restrictions for Azure resources"). Pure.</summary>
internal static class EntityNames
{
    public const int MostOfSubscription = 50;

    private const int MostOfTopic = 260;

    /// <summary>Of a topic or queue: letters, digits, <c>. - _</c>, and <c>/</c> between parts.</summary>
    public static string? ProblemOfTopic(string setting, string name) =>
        name.Length is < 1 or > MostOfTopic || !Ends(name) || name.Contains("//", StringComparison.Ordinal) || !name.All(c => IsLetter(c) || c == '/')
            ? $"azure_service_bus.{setting} must have 1..{MostOfTopic} letters, digits, '.', '-', '_' and '/', with a letter or digit at both ends; '{Shown(name)}' has not"
            : null;

    public static string? ProblemOfSubscription(string name) =>
        name.Length is < 1 or > MostOfSubscription || !Ends(name) || !name.All(IsLetter)
            ? $"azure_service_bus.subscription must have 1..{MostOfSubscription} letters, digits, '.', '-' and '_', with a letter or digit at both ends; '{Shown(name)}' ({name.Length}) has not"
            : null;

    /// <summary>1..<paramref name="most"/> letters, digits and what else is named.</summary>
    public static bool IsLabel(string text, int most, string besides) =>
        text.Length > 0 && text.Length <= most && text.All(c => char.IsAsciiLetterOrDigit(c) || besides.Contains(c));

    private static bool IsLetter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static bool Ends(string name) => char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    private static string Shown(string name) => name.Length > 60 ? name[..60] + ".." : name;
}
