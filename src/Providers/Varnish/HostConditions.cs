namespace Towncrier.Providers.Varnish;

/// <summary>Conditions of a ban on the host: the one that is meant, and those the sender is held to.</summary>
/// <param name="heldTo">Names or <c>*.domain</c>; null when the sender may purge any host.</param>
internal sealed class HostConditions(IReadOnlyList<string>? heldTo)
{
    /// <summary>Why a host's entries may not be purged for this sender; null when they may.</summary>
    public string? Refusal(string host)
    {
        if (WireText.HostProblem(host) is { } problem) return "the host " + problem;
        if (heldTo is null || HostList.Covers(heldTo, host)) return null;
        return $"its sender may purge only {(heldTo.Count == 0 ? "no host" : string.Join(", ", heldTo))}, and this is for {host}";
    }

    /// <param name="host">The host that is meant, or <c>*.domain</c>; null for any.</param>
    /// <param name="conditions">Joined by "and". None for any host, when the sender is not limited.</param>
    public bool TryGet(string? host, out List<string> conditions, out string problem)
    {
        conditions = [];
        problem = "";
        if (string.IsNullOrEmpty(host))
        {
            if (heldTo is { Count: 0 }) problem = "its sender may purge no host";
            else if (heldTo is not null) conditions.Add(BanText.HostIs(heldTo));
            return problem.Length == 0;
        }

        // Of a whole domain only those hosts go that the sender may purge; a single host that it may not purge is refused.
        var part = host.StartsWith("*.", StringComparison.Ordinal) && heldTo is { Count: > 0 } && !HostList.Covers(heldTo, host);
        problem = part ? "" : Refusal(host) ?? "";
        if (part) conditions.Add(BanText.HostIs(heldTo!));
        conditions.Add(BanText.HostIs([host]));
        return problem.Length == 0;
    }
}
