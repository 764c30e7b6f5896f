namespace Towncrier.Peers.ServiceBus;

internal enum PathKind : byte
{
    /// <summary>An entity, for management; the empty path, too.</summary>
    Entity,
    Messages,
    Head,
    /// <summary>A message with its lock.</summary>
    Lock,
    Subscriptions,
    Rules,
    Rule,
    /// <summary>A list under $Resources.</summary>
    Resources,
    NamespaceInfo,
}

/// <summary>
/// What a request's path names. Topic and queue names may hold slashes, subscription and rule names may not; the words between
/// them come in any case.
/// </summary>
/// <param name="Entity">A queue or topic; under $Resources the list's name.</param>
/// <param name="Id">Of a message: its id or sequence number; of a rule its name.</param>
internal sealed record RequestPath(PathKind Kind, string Entity, string? Subscription = null, bool DeadLetters = false, string? Id = null, string? Token = null)
{
    /// <summary>What messages are addressed by, without the messages themselves; decoded.</summary>
    public string Address => Entity + (Subscription is null ? "" : "/Subscriptions/" + Subscription) + (DeadLetters ? "/$DeadLetterQueue" : "");

    /// <param name="path">From its first slash, without its query; still encoded.</param>
    public static RequestPath Read(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToList();
        if (Is(parts, 0, "$Resources")) return new RequestPath(PathKind.Resources, parts.ElementAtOrDefault(1) ?? "");
        if (Is(parts, 0, "$namespaceinfo")) return new RequestPath(PathKind.NamespaceInfo, "");

        var (kind, id, token) = (PathKind.Entity, (string?)null, (string?)null);
        if (Is(parts, parts.Count - 1, "messages") && parts.Count > 1)
        {
            kind = PathKind.Messages;
            parts.RemoveAt(parts.Count - 1);
        }
        else if (Is(parts, parts.Count - 2, "messages") && Is(parts, parts.Count - 1, "head"))
        {
            kind = PathKind.Head;
            parts.RemoveRange(parts.Count - 2, 2);
        }
        else if (Is(parts, parts.Count - 3, "messages") && parts.Count > 3)
        {
            (kind, id, token) = (PathKind.Lock, parts[^2], parts[^1]);
            parts.RemoveRange(parts.Count - 3, 3);
        }

        var dead = kind != PathKind.Entity && Is(parts, parts.Count - 1, "$deadletterqueue");
        if (dead) parts.RemoveAt(parts.Count - 1);

        var at = parts.FindIndex(one => one.Equals("Subscriptions", StringComparison.OrdinalIgnoreCase));
        if (at < 1) return new RequestPath(kind, string.Join('/', parts), null, dead, id, token);
        var topic = string.Join('/', parts.Take(at));
        if (kind != PathKind.Entity) return new RequestPath(kind, topic, string.Join('/', parts.Skip(at + 1)), dead, id, token);
        return (parts.Count - at - 1) switch
        {
            0 => new RequestPath(PathKind.Subscriptions, topic),
            2 when Is(parts, at + 2, "Rules") => new RequestPath(PathKind.Rules, topic, parts[at + 1]),
            3 when Is(parts, at + 2, "Rules") => new RequestPath(PathKind.Rule, topic, parts[at + 1], Id: parts[at + 3]),
            _ => new RequestPath(PathKind.Entity, topic, string.Join('/', parts.Skip(at + 1))),
        };
    }

    private static bool Is(List<string> parts, int at, string word) => at >= 0 && at < parts.Count && parts[at].Equals(word, StringComparison.OrdinalIgnoreCase);
}
