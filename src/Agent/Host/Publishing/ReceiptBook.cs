namespace Towncrier.Host.Publishing;

/// <summary>Which agents have answered which of the messages, and when. Used by one task at a time.</summary>
internal sealed class ReceiptBook(IReadOnlyCollection<string> ids)
{
    private readonly HashSet<string> _ids = new(ids, StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Receipt>> _answers = new(StringComparer.Ordinal); // host -> id -> receipt
    private readonly Dictionary<string, TimeSpan> _done = new(StringComparer.Ordinal);

    /// <summary>Agents heard of: by an answer, to these messages or to others lately.</summary>
    public SortedSet<string> Known { get; } = new(StringComparer.Ordinal);

    /// <summary>Agents that have answered every message, with the time the last answer took.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Done => _done;

    /// <summary>The answers so far.</summary>
    public IEnumerable<Receipt> Receipts => _answers.Values.SelectMany(answers => answers.Values);

    /// <summary>
    /// Every agent heard of has answered. A stream's history comes before the first answer, so this is right as soon as
    /// there is one.
    /// </summary>
    public bool KnownAreDone => _done.Count > 0 && _done.Count == Known.Count;

    /// <param name="elapsed">Since the first message was sent.</param>
    /// <returns>It answers one of the messages; otherwise it only tells of an agent.</returns>
    public bool Note(Receipt receipt, TimeSpan elapsed)
    {
        Known.Add(receipt.Host);
        if (!_ids.Contains(receipt.Id)) return false;
        if (!_answers.TryGetValue(receipt.Host, out var answers)) _answers[receipt.Host] = answers = new(StringComparer.Ordinal);
        answers[receipt.Id] = receipt; // of several the last counts: a failure may have been tried again
        if (answers.Count == _ids.Count) _done[receipt.Host] = elapsed;
        return true;
    }
}
