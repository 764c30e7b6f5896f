using System.Globalization;

namespace Towncrier.Providers.Aws.Calling;

/// <summary>What an answer tells of the entries of a batch, whose ids are their indexes. Ids that are none are passed over.</summary>
internal sealed class BatchTally(int count)
{
    private readonly bool[] _isDone = new bool[count];
    private readonly BatchFailure?[] _failures = new BatchFailure?[count];

    public void Succeeded(string? id)
    {
        if (IndexOf(id) is { } index) _isDone[index] = true;
    }

    public void Failed(string? id, string? code, string? message, bool bySender)
    {
        if (IndexOf(id) is { } index) _failures[index] = new BatchFailure(index, code ?? "", message ?? "", bySender);
    }

    /// <summary>In their order. An entry not told of counts as failed, and may well succeed again.</summary>
    public IReadOnlyList<BatchFailure> Failures()
    {
        var failures = new List<BatchFailure>();
        for (var i = 0; i < count; i++)
        {
            if (_failures[i] is { } failure) failures.Add(failure);
            else if (!_isDone[i]) failures.Add(new BatchFailure(i, "NotTold", "AWS's answer does not tell of it", false));
        }

        return failures;
    }

    private int? IndexOf(string? id) => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < count ? index : null;
}
