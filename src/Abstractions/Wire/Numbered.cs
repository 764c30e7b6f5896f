namespace Towncrier.Wire;

/// <summary>
/// Keeps the ids of one body apart. Several messages in one envelope share its id, and an agent that has applied the
/// first would take the others for that one sent again.
/// </summary>
internal static class Numbered
{
    /// <summary>Ids that occur more than once are numbered in their order: <c>id-0</c>, <c>id-1</c>. The same for the same body.</summary>
    public static IReadOnlyList<OpenedMessage> Distinct(List<OpenedMessage> messages)
    {
        if (messages.Count < 2) return messages;
        var uses = messages.Where(message => message.Id is not null).CountBy(message => message.Id!).ToDictionary();
        var taken = uses.Keys.ToHashSet();
        var next = new Dictionary<string, int>();
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i].Id is not { } id || uses[id] == 1) continue;
            var number = next.GetValueOrDefault(id);
            while (!taken.Add($"{id}-{number}")) number++;
            messages[i] = messages[i] with { Id = $"{id}-{number}" };
            next[id] = number + 1;
        }

        return messages;
    }
}
