using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Towncrier.Wire;

/// <summary>The member <c>signature</c> of a message: which key, and what it made of it.</summary>
internal static class SignatureFields
{
    /// <summary>Reads it from a message that has one. Null when it can be checked; else what is wrong, for its sender.</summary>
    public static string? Read(ReadOnlySpan<byte> body, out string? key, out byte[] value)
    {
        key = null;
        value = [];
        string? algorithm = null, text = null;
        var json = new Utf8JsonReader(body);
        try
        {
            if (!Find(ref json)) return "signature is not an object";
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = FieldReader.Name(ref json);
                json.Read();
                switch (name)
                {
                    case "key": key = TextAt(ref json); break;
                    case "alg": algorithm = TextAt(ref json); break;
                    case "value": text = TextAt(ref json); break;
                    default: json.Skip(); break;
                }
            }
        }
        catch (JsonException)
        {
            return "the message is nested too deeply to be signed";
        }

        if (key is null || MessageRules.LabelProblem(key) is not null) return $"signature.key is not a string of 1 to {MessageRules.MaxLabel} printable characters";
        if (algorithm != MessageSignature.Algorithm) return $"signature.alg is not \"{MessageSignature.Algorithm}\"";
        return Bytes(text, out value) ? null : "signature.value is neither base64 nor hex of 32 bytes";
    }

    /// <summary>The message with its signature as last member.</summary>
    public static byte[] Append(ReadOnlySpan<byte> body, string key, byte[] value)
    {
        var name = JsonEncodedText.Encode(key, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        var member = $$$""","{{{MessageSignature.Field}}}":{"key":"{{{name}}}","alg":"{{{MessageSignature.Algorithm}}}","value":"{{{Convert.ToBase64String(value)}}}"}}""";
        return [.. body[..^1], .. Encoding.UTF8.GetBytes(member)];
    }

    private static bool Find(ref Utf8JsonReader json)
    {
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var found = FieldReader.Name(ref json) == MessageSignature.Field;
            json.Read();
            if (found && json.TokenType != JsonTokenType.Null) return json.TokenType == JsonTokenType.StartObject;
            json.Skip();
        }

        return false;
    }

    private static string? TextAt(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String) return FieldReader.Text(ref json);
        json.Skip();
        return null;
    }

    // 64 characters are hex and 43 base64, with or without its padding, so that no text is both.
    private static bool Bytes(string? text, out byte[] value)
    {
        value = new byte[HMACSHA256.HashSizeInBytes];
        if (text?.Length == 2 * value.Length) return Convert.FromHexString(text, value, out _, out _) == OperationStatus.Done;
        if (text?.Length is not (43 or 44)) return false;
        var url = text.Replace('+', '-').Replace('/', '_');
        return Base64Url.TryDecodeFromChars(url, value, out var decoded) && decoded == value.Length;
    }
}
