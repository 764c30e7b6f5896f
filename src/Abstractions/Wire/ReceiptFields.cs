using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>A receipt as far as it was read.</summary>
internal struct ReceiptFields
{
    private string? _id;
    private string? _host;
    private InvalidationState? _state;
    private long _matched;
    private long _purged;
    private double _milliseconds;
    private DateTimeOffset? _at;
    private string? _error;

    /// <summary>Null when something required is missing, or cannot be meant.</summary>
    public readonly Receipt? Receipt =>
        _id is null || _host is null || _state is null || _at is null || MessageRules.LabelProblem(_id) is not null || _host.Length is 0 or > 300
            ? null
            : new Receipt
            {
                Id = _id,
                Host = _host,
                State = _state.Value,
                Matched = _matched,
                Purged = _purged,
                Milliseconds = _milliseconds,
                At = _at.Value,
                Error = _error,
            };

    /// <summary>Reads one member, the reader standing on its value; false when it is of the wrong type.</summary>
    public bool Read(string? name, ref Utf8JsonReader json)
    {
        switch (name)
        {
            case "id": return FieldReader.String(ref json, name, out _id) is null;
            case "host": return FieldReader.String(ref json, name, out _host) is null;
            case "error": return FieldReader.String(ref json, name, out _error) is null;
            case "at": return FieldReader.Date(ref json, name, out _at) is null;
            case "matched": return Count(ref json, out _matched);
            case "purged": return Count(ref json, out _purged);
            case "milliseconds":
                return json.TokenType == JsonTokenType.Number && json.TryGetDouble(out _milliseconds) && double.IsFinite(_milliseconds);
            case "state":
                if (FieldReader.String(ref json, name, out var state) is not null) return false;
                _state = ReceiptJson.StateOf(state);
                return _state is not null;
            default:
                json.Skip();
                return true;
        }
    }

    private static bool Count(ref Utf8JsonReader json, out long count)
    {
        count = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out count) && count >= 0;
    }
}
