namespace Towncrier.Providers.Http;

/// <summary>How far a message has come when its request is answered.</summary>
internal enum FateKind
{
    /// <summary>Durable here; the sender did not ask to wait.</summary>
    Accepted,

    /// <summary>Understood, but not done in the time the sender gave.</summary>
    Pending,

    /// <summary>Applied, or tried; there is a report.</summary>
    Completed,

    /// <summary>It will never be applied; sending it again is of no use.</summary>
    Rejected,

    /// <summary>It was not applied, or nobody knows; the sender shall send it again.</summary>
    Abandoned,
}

/// <summary>What one message of a request came to.</summary>
internal sealed record Fate(FateKind Kind, string? Id)
{
    /// <summary>Set when completed.</summary>
    public InvalidationReport? Report { get; private init; }

    /// <summary>Set when rejected.</summary>
    public Refusal Refusal { get; private init; }

    /// <summary>Why it was rejected or abandoned; else empty.</summary>
    public string Error { get; private init; } = "";

    public static Fate Completed(InvalidationReport report) => new(FateKind.Completed, report.Id) { Report = report };

    public static Fate Rejected(string? id, Refusal refusal) =>
        new(FateKind.Rejected, id) { Refusal = refusal, Error = refusal.Message };

    public static Fate Abandoned(string? id, string reason) => new(FateKind.Abandoned, id) { Error = reason };
}
