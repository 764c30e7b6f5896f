using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Towncrier.Agent.Journaling;

namespace Towncrier.Engine.Tests.Journaling;

/// <summary>A state directory of its own, a clock, and records to write.</summary>
internal sealed class JournalBench : IDisposable
{
    public const string Message = """{"command":"purge","host":"www.example.org","value":["/news/&é+<b>"]}""";

    public string Root { get; } = Directory.CreateTempSubdirectory("journal-").FullName;

    public string State => Path.Combine(Root, "state");

    public ManualClock Clock { get; } = new();

    public JournalOptions Options { get; set; } = new();

    public string SegmentPath(int number) => Path.Combine(State, $"journal-{number:D6}.log");

    public Journal Open() => Journal.Open(State, Options, Clock, NullLogger.Instance);

    /// <summary>Opens, reads back, closes.</summary>
    public async Task<JournalReplay> ReplayAsync()
    {
        await using var journal = Open();
        return journal.Replay;
    }

    public async Task AppendAsync(params JournalRecord[] records)
    {
        await using var journal = Open();
        _ = journal.RunAsync(CancellationToken.None);
        foreach (var record in records) await journal.AppendAsync(record, CancellationToken.None);
    }

    public AcceptedRecord Accepted(string id, string message = Message) =>
        new(id, Clock.GetUtcNow(), "http", Encoding.UTF8.GetBytes(message));

    public AppliedRecord Applied(string id, TimeSpan fence = default, string message = Message) => new(id, Clock.GetUtcNow())
    {
        Received = Clock.GetUtcNow().AddMilliseconds(-12),
        Source = "redis:varnish.purge",
        Message = Encoding.UTF8.GetBytes(message),
        LagMilliseconds = 3.25,
        FenceUntil = Clock.GetUtcNow() + fence,
        Report = new InvalidationReport
        {
            Id = id,
            State = InvalidationState.Applied,
            Matched = 3,
            Purged = 2,
            Bytes = 4096,
            Milliseconds = 1.5,
            Outcomes = new Dictionary<string, long> { ["purged"] = 2, ["already_gone"] = 1 },
            Values = [new ValueReport("/news/", 3, 2, null), new ValueReport("(", 0, 0, "not a regex: \"(\"\n")],
        },
    };

    public RejectedRecord Rejected(string? id) => new(id, Clock.GetUtcNow(), "http", "Expired", "it expired 3 s ago");

    public CursorRecord Cursor(string source, string position) => new(source, position, Clock.GetUtcNow());

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
