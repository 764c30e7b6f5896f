using System.Text.Json;
using System.Text.Json.Serialization;

namespace Towncrier.Wire;

/// <summary>Reads the typed contract without reflection, so that a trimmed program can.</summary>
[JsonSerializable(typeof(Invalidate))]
internal sealed partial class InvalidateJson : JsonSerializerContext;

/// <summary>An audience as the protocol writes it: a label's only value stands alone, several in an array. A signature covers the form.</summary>
internal sealed class AudienceConverter : JsonConverter<IReadOnlyDictionary<string, IReadOnlyList<string>>>
{
    public override IReadOnlyDictionary<string, IReadOnlyList<string>> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        AudienceReader.Read(ref reader, out var audience) is { } refusal ? throw new JsonException(refusal.Message) : audience!;

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, IReadOnlyList<string>> value, JsonSerializerOptions options) =>
        MessageWriter.WriteAudience(writer, value);
}
