using System.Text;

namespace Towncrier.Wire;

/// <summary>Judges one value of a message. Each value succeeds or fails by itself.</summary>
public static class ValueRules
{
    /// <summary>
    /// Why this value cannot be applied, in words for its sender; null when it can. Pure; never throws. Whether a
    /// <see cref="InvalidationCommand.BanUrl"/> or a <see cref="InvalidationCommand.Ban"/> compiles is for the one who runs it to say.
    /// </summary>
    public static string? Problem(InvalidationCommand command, string value, WireLimits limits)
    {
        if (value.Length == 0) return "the value is empty";
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) return "the value holds a CR, LF or NUL";
        if (!Surrogates.ArePaired(value)) return "the value holds half a surrogate pair";
        var bytes = Encoding.UTF8.GetByteCount(value);
        if (bytes > limits.MaxValueBytes) return $"the value has {bytes} bytes, more than {limits.MaxValueBytes}";
        return command switch
        {
            InvalidationCommand.Purge when !IsUrl(value) =>
                "the value is neither a path that starts with /, nor an http or https URL, nor host/path, nor *",
            InvalidationCommand.Xkey or InvalidationCommand.XkeySoft when string.IsNullOrWhiteSpace(value) =>
                "the value holds no tag",
            InvalidationCommand.Ban when string.IsNullOrWhiteSpace(value) => "the value holds no expression",
            InvalidationCommand.Host => HostRules.Problem(value) is { } problem ? "the host " + problem : null,
            _ => null,
        };
    }

    private static bool IsUrl(string value)
    {
        if (value[0] == '/' || value == "*") return true;
        foreach (var scheme in (ReadOnlySpan<string>)["http://", "https://"])
        {
            if (!value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) continue;
            var rest = value.AsSpan(scheme.Length);
            var end = rest.IndexOfAny('/', '?', '#');
            return IsAuthority(end < 0 ? rest : rest[..end]);
        }

        var slash = value.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && IsAuthority(value.AsSpan(0, slash)) && NamesAHost(value.AsSpan(0, slash));
    }

    private static bool IsAuthority(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('.' or '-' or '_' or ':' or '[' or ']' or '*')) return false;
        }

        return text.Length > 0;
    }

    // "news/42" is a path that lost its slash far more often than the host "news", and would then purge nothing.
    // A scheme's colon ("ftp://...") is followed by the slash, so that a port's never stands last.
    private static bool NamesAHost(ReadOnlySpan<char> authority) =>
        authority[^1] != ':' && (authority.IndexOfAny('.', ':') >= 0 || authority.Equals("localhost", StringComparison.OrdinalIgnoreCase));
}
