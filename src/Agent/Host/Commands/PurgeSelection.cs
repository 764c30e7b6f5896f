namespace Towncrier.Host.Commands;

/// <summary>What <c>towncrier purge</c> and <c>publish</c> are told to purge.</summary>
internal sealed record PurgeSelection
{
    public IReadOnlyList<string> Urls { get; init; } = [];

    public IReadOnlyList<string> Keys { get; init; } = [];

    public IReadOnlyList<string> Prefixes { get; init; } = [];

    public IReadOnlyList<string> Wildcards { get; init; } = [];

    public IReadOnlyList<string> Regexes { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Ban expressions.</summary>
    public IReadOnlyList<string> Bans { get; init; } = [];

    /// <summary>By themselves: everything of these hosts. Beside other selectors: the hosts those are looked for on.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    public bool All { get; init; }

    public bool Soft { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Something is selected by more than its host.</summary>
    public bool HasValues => All || Urls.Count + Keys.Count + Prefixes.Count + Wildcards.Count + Regexes.Count + Tags.Count + Bans.Count > 0;

    /// <summary>One message for each kind of selector, and for each host they are scoped to.</summary>
    public IReadOnlyList<Invalidation> ToMessages()
    {
        var messages = new List<Invalidation>();
        foreach (var host in Hosts.Count == 0 ? [null] : Hosts.Cast<string?>())
        {
            Add(messages, InvalidationCommand.Purge, Urls, host);
            Add(messages, InvalidationCommand.Key, Keys, host);
            Add(messages, InvalidationCommand.Prefix, Prefixes, host);
            Add(messages, InvalidationCommand.Wildcard, Wildcards, host);
            Add(messages, InvalidationCommand.BanUrl, Regexes, host);
            Add(messages, InvalidationCommand.Xkey, Tags, host);
            Add(messages, InvalidationCommand.Ban, Bans, host);
            if (All) messages.Add(Make(InvalidationCommand.All, [], host));
        }

        if (messages.Count == 0 && Hosts.Count > 0) messages.Add(Make(InvalidationCommand.Host, Hosts, null));
        return messages;
    }

    private void Add(List<Invalidation> messages, InvalidationCommand command, IReadOnlyList<string> values, string? host)
    {
        if (values.Count > 0) messages.Add(Make(command, values, host));
    }

    private Invalidation Make(InvalidationCommand command, IReadOnlyList<string> values, string? host) => new()
    {
        Command = command,
        Host = host,
        Values = values,
        Mode = Soft ? PurgeMode.Soft : PurgeMode.Hard,
        DryRun = DryRun,
        ScopedToHost = host is not null,
        Source = "cli",
    };
}
