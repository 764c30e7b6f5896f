namespace Towncrier.Wire;

/// <summary>The commands' names on the wire: varnish-towncrier's four, and ours. Compared with case, as the original does.</summary>
public static class CommandNames
{
    private static readonly (string Name, InvalidationCommand Command)[] Table =
    [
        ("purge", InvalidationCommand.Purge),
        ("ban", InvalidationCommand.Ban),
        ("ban.url", InvalidationCommand.BanUrl),
        ("xkey", InvalidationCommand.Xkey),
        ("xkey.soft", InvalidationCommand.XkeySoft),
        ("prefix", InvalidationCommand.Prefix),
        ("wildcard", InvalidationCommand.Wildcard),
        ("key", InvalidationCommand.Key),
        ("host", InvalidationCommand.Host),
        ("all", InvalidationCommand.All),
    ];

    public static IEnumerable<string> All => Table.Select(row => row.Name);

    public static string Of(InvalidationCommand command) => Table.First(row => row.Command == command).Name;

    public static bool TryParse(string name, out InvalidationCommand command)
    {
        foreach (var row in Table)
        {
            if (!string.Equals(row.Name, name, StringComparison.Ordinal)) continue;
            command = row.Command;
            return true;
        }

        command = default;
        return false;
    }
}
