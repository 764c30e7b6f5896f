namespace Towncrier.Host.Commands;

/// <summary>What a purge came to, over all its messages; from an agent's reports or from this process's own work.</summary>
internal sealed class PurgeResult(bool dryRun)
{
    private readonly SortedDictionary<string, long> _outcomes = new(StringComparer.Ordinal);
    private readonly List<ValueReport> _values = [];
    private bool _failed;
    private bool _pending;

    public long Matched { get; private set; }

    public long Purged { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>What applying took, without the scan before it or the way to the agent and back.</summary>
    public double Milliseconds { get; private set; }

    public void Add(InvalidationReport report)
    {
        Matched += report.Matched;
        Purged += report.Purged;
        Bytes += report.Bytes;
        Milliseconds += report.Milliseconds;
        foreach (var (name, count) in report.Outcomes) _outcomes[name] = _outcomes.GetValueOrDefault(name) + count;
        _values.AddRange(report.Values);
        _failed |= report.State == InvalidationState.Failed;
        _pending |= report.State == InvalidationState.Pending;
    }

    /// <summary>A message that was refused altogether.</summary>
    public void Refuse(Invalidation message, string why)
    {
        foreach (var value in message.Values.DefaultIfEmpty("")) _values.Add(new ValueReport(value, 0, 0, why));
    }

    public ExitCode Exit
    {
        get
        {
            if (_failed || _pending) return ExitCode.PartlyFailed;
            if (AllRefused) return ExitCode.Usage;
            if (_values.Any(v => v.Error is not null)) return ExitCode.PartlyFailed;
            return Matched > 0 ? ExitCode.Done : ExitCode.NothingMatched;
        }
    }

    private bool AllRefused => _values.Count > 0 && _values.TrueForAll(v => v.Error is not null);

    public void Write(bool json, TextWriter output, TextWriter error)
    {
        if (json)
        {
            output.WriteLine(Json.Line(new
            {
                State = _failed ? "failed" : _pending ? "pending" : AllRefused ? "rejected" : "applied",
                Matched,
                Purged,
                Bytes,
                Outcomes = _outcomes,
                Values = _values,
                Milliseconds,
                DryRun = dryRun,
            }));
        }
        else if (!AllRefused)
        {
            output.WriteLine(dryRun ? $"{Matched} entries would be purged" : $"{Purged} of {Matched} entries purged, {Bytes} bytes, in {Milliseconds:0.0} ms");
            foreach (var value in _values.Where(_ => _values.Count > 1)) output.WriteLine(OneLine.Of($"  {value.Matched,8}  {value.Value}"));
            foreach (var (name, count) in _outcomes.Where(o => o.Key is not ("purged" or "would_purge"))) output.WriteLine($"{name}: {count}");
        }

        foreach (var value in _values.Where(v => v.Error is not null)) error.WriteLine(OneLine.Of($"towncrier: {Shown(value.Value)}: {value.Error}"));
        if (_failed) error.WriteLine($"towncrier: not every file could be purged: {string.Join(", ", _outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        if (_pending) error.WriteLine("towncrier: the agent's first scan still runs; what it finds later is purged then");
    }

    private static string Shown(string value) => value.Length <= 200 ? $"'{value}'" : $"'{value[..200]}...'";
}
