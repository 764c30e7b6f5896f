namespace Towncrier.Agent.Receiving;

/// <summary>Tells whether a message is meant for this agent.</summary>
internal static class Audience
{
    /// <summary>Each label the audience names must be one of ours, with one of the values it gives. Nobody named: everybody.</summary>
    public static bool Includes(IReadOnlyDictionary<string, IReadOnlyList<string>> audience, IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (label, values) in audience)
            if (!labels.TryGetValue(label, out var own) || !values.Contains(own, StringComparer.OrdinalIgnoreCase)) return false;
        return true;
    }
}
