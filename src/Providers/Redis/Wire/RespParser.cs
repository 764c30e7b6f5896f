using System.Buffers.Text;
using System.Globalization;

namespace Towncrier.Providers.Redis.Wire;

/// <summary>What came of the bytes so far.</summary>
internal enum RespStatus
{
    NeedsMore,
    Complete,

    /// <summary>This is not RESP, or beyond the limits; nothing more can be read.</summary>
    Broken,
}

/// <summary>
/// Reads RESP2 and RESP3, in pieces as they come. Never throws, and keeps no more than its limits and one string in
/// progress. What it does not consume is the start of a line, shorter than <see cref="RespLimits.MaxLine"/>.
/// </summary>
internal sealed class RespParser(RespLimits limits)
{
    private const int ItemCost = 64;

    private readonly Stack<Aggregate> _open = new();
    private byte[]? _bulk;
    private int _filled;
    private bool _bulkIsError;
    private bool _bulkIsVerbatim;
    private long _skipped = -1; // the length of the string that is being skipped
    private long _toSkip;
    private int _end;           // bytes of the CRLF after a string that are still to come
    private long _kept;
    private int _items;

    /// <summary>What is wrong, once broken.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Takes from the front of <paramref name="input"/> what belongs to the next value.</summary>
    public RespStatus Read(ref ReadOnlySpan<byte> input, out RespValue value)
    {
        value = RespValue.Null;
        while (Problem.Length == 0)
        {
            if (!TryReadScalar(ref input, out var item)) return Problem.Length == 0 ? RespStatus.NeedsMore : RespStatus.Broken;
            if (item is null) continue; // an aggregate was opened
            if (!TryClose(item, out value)) continue;
            (_kept, _items) = (0, 0);
            return RespStatus.Complete;
        }

        return RespStatus.Broken;
    }

    private bool TryReadScalar(ref ReadOnlySpan<byte> input, out RespValue? item)
    {
        item = null;
        if (_bulk is not null || _skipped >= 0) return TryFinishString(ref input, out item);
        var end = input.IndexOf("\r\n"u8);
        if (end > limits.MaxLine || (end < 0 && input.Length > limits.MaxLine)) return Fail($"a line of more than {limits.MaxLine} bytes");
        if (end < 0) return false;
        if (end == 0) return Fail("an empty line");
        var type = input[0];
        var line = input[1..end];
        input = input[(end + 2)..];
        if (type != '|' && ++_items > limits.MaxItems) return Fail($"a reply of more than {limits.MaxItems} values");
        switch ((char)type)
        {
            case '+' or ',' or '(': item = Keep(new RespValue(RespKind.Simple, line.ToArray()), line.Length); return true;
            case '-': item = Keep(new RespValue(RespKind.Error, line.ToArray()), line.Length); return true;
            case '#' when line is [(byte)'t' or (byte)'f']: item = Keep(new RespValue(RespKind.Integer, integer: line[0] == 't' ? 1 : 0), 0); return true;
            case '_' when line.IsEmpty: item = RespValue.Null; return true;
        }

        if (!Utf8Parser.TryParse(line, out long number, out var used) || used != line.Length) return Fail("a line that is no RESP: " + Quote(type, line));
        switch ((char)type)
        {
            case ':': item = Keep(new RespValue(RespKind.Integer, integer: number), 0); return true;
            case '$' or '!' or '=': return TryBeginString(type, number, out item);
            case '*' or '~': return TryOpen(new Aggregate(RespKind.Array, number, IsAttribute: false), out item);
            case '>': return TryOpen(new Aggregate(RespKind.Push, number, IsAttribute: false), out item);
            case '%' or '|': return TryOpen(new Aggregate(RespKind.Array, number is > 0 and < int.MaxValue ? number * 2 : number, type == '|'), out item);
            default: return Fail("a line that is no RESP: " + Quote(type, line));
        }
    }

    private bool TryBeginString(byte type, long length, out RespValue? item)
    {
        item = null;
        if (length == -1)
        {
            item = RespValue.Null;
            return true;
        }

        if (length < -1) return Fail("a string of negative length");
        _end = 2;
        (_bulkIsError, _bulkIsVerbatim) = (type == '!', type == '=');
        if (length > limits.MaxBulk || _kept + length > limits.MaxReply)
        {
            (_skipped, _toSkip) = (length, length);
            return true;
        }

        (_bulk, _filled) = (length == 0 ? [] : new byte[length], 0);
        return true;
    }

    private bool TryFinishString(ref ReadOnlySpan<byte> input, out RespValue? item)
    {
        item = null;
        if (_bulk is not null)
        {
            var part = input[..Math.Min(input.Length, _bulk.Length - _filled)];
            part.CopyTo(_bulk.AsSpan(_filled));
            _filled += part.Length;
            input = input[part.Length..];
            if (_filled < _bulk.Length) return false;
        }
        else
        {
            var part = (int)Math.Min(input.Length, _toSkip);
            _toSkip -= part;
            input = input[part..];
            if (_toSkip > 0) return false;
        }

        for (; _end > 0 && input.Length > 0; _end--, input = input[1..])
        {
            if (input[0] != (_end == 2 ? '\r' : '\n')) return Fail("a string that does not end where it said");
        }

        if (_end > 0) return false;
        item = _bulk is null ? new RespValue(RespKind.Skipped, integer: _skipped) : Keep(TakeString(_bulk), _bulk.Length);
        (_bulk, _skipped) = (null, -1);
        return true;
    }

    // A verbatim string begins with three letters for its format and a colon.
    private RespValue TakeString(byte[] bulk) =>
        new(_bulkIsError ? RespKind.Error : RespKind.Bulk, _bulkIsVerbatim && bulk.Length >= 4 ? bulk.AsMemory(4) : bulk);

    private bool TryOpen(Aggregate aggregate, out RespValue? item)
    {
        item = null;
        if (aggregate.Length == -1)
        {
            item = RespValue.Null;
            return true;
        }

        if (aggregate.Length < 0 || aggregate.Length > limits.MaxItems) return Fail(string.Create(CultureInfo.InvariantCulture, $"an array of {aggregate.Length} values"));
        if (_open.Count >= limits.MaxDepth) return Fail($"arrays nested deeper than {limits.MaxDepth}");
        if (aggregate.Length > 0)
        {
            _open.Push(aggregate);
        }
        else if (!aggregate.IsAttribute)
        {
            item = new RespValue(aggregate.Kind);
        }

        return true;
    }

    // Hands a value to the aggregates it ends; true when none is open any more.
    private bool TryClose(RespValue item, out RespValue value)
    {
        value = item;
        while (_open.TryPeek(out var parent))
        {
            parent.Items.Add(value);
            if (parent.Items.Count < parent.Length) return false;
            _open.Pop();
            if (parent.IsAttribute) return false; // says something about the next value; we do not listen
            value = new RespValue(parent.Kind, items: parent.Items);
        }

        return true;
    }

    private RespValue Keep(RespValue item, int bytes)
    {
        _kept += bytes + ItemCost;
        return _kept <= limits.MaxReply || _open.Count == 0 ? item : RespValue.Dropped;
    }

    private bool Fail(string problem)
    {
        Problem = problem;
        return false;
    }

    private static string Quote(byte type, ReadOnlySpan<byte> line)
    {
        var text = new char[Math.Min(line.Length, 40) + 1];
        for (var i = 0; i < text.Length; i++)
        {
            var b = i == 0 ? type : line[i - 1];
            text[i] = b is >= 0x20 and < 0x7f ? (char)b : '?';
        }

        return $"\"{new string(text)}\"";
    }

    private sealed record Aggregate(RespKind Kind, long Length, bool IsAttribute)
    {
        // Grows as values come: what a length claims costs nothing.
        public List<RespValue> Items { get; } = new((int)Math.Min(Math.Max(Length, 0), 16));
    }
}
