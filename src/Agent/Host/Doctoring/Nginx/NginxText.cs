using System.Text.RegularExpressions;

namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>A configuration as text: its files by name, the main one first. What `nginx -T` prints, or one file and those it includes.</summary>
internal sealed partial class NginxText
{
    /// <summary>Largest text in characters: a dump of thousands of sites is a few MiB.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

    private readonly List<(string Name, string Text)> _files = [];
    private readonly bool _fromDisk;

    private NginxText(bool fromDisk) => _fromDisk = fromDisk;

    public string MainName => _files[0].Name;

    public string MainText => _files[0].Text;

    /// <summary>
    /// Takes either form. In a dump every file begins with <c># configuration file NAME:</c>; anything else is the text of
    /// <paramref name="name"/> itself, whose includes are then read from disk.
    /// </summary>
    public static NginxText Of(string text, string name)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        var marks = Mark().Matches(text);
        var isDump = marks.Count > 0 && NothingButWords(text[..marks[0].Index]);
        var result = new NginxText(fromDisk: !isDump);
        if (!isDump) result._files.Add((name, text));
        for (var i = 0; isDump && i < marks.Count; i++)
        {
            var begin = marks[i].Index + marks[i].Length;
            var end = i + 1 < marks.Count ? marks[i + 1].Index : text.Length;
            result._files.Add((marks[i].Groups[1].Value, text[begin..end]));
        }

        return result;
    }

    /// <summary>The files an include names, in order. A pattern without a match is none, as for nginx.</summary>
    public IEnumerable<(string Name, string Text)> Included(string pattern)
    {
        var directory = Path.GetDirectoryName(MainName);
        var full = pattern.StartsWith('/') || string.IsNullOrEmpty(directory) ? pattern : directory + "/" + pattern;
        return _fromDisk ? FromDisk(full) : _files.Skip(1).Where(f => IsMatch(f.Name, full));
    }

    /// <summary>glob(3) for one name: * and ? do not cross a slash.</summary>
    public static bool IsMatch(string name, string pattern)
    {
        if (!pattern.AsSpan().ContainsAny('*', '?', '[')) return name == pattern;
        var expression = Regex.Escape(pattern)
            .Replace("\\*", "[^/]*", StringComparison.Ordinal)
            .Replace("\\?", "[^/]", StringComparison.Ordinal);
        return Regex.IsMatch(name, $"^{expression}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    private static IEnumerable<(string Name, string Text)> FromDisk(string pattern)
    {
        var directory = Path.GetDirectoryName(pattern);
        if (string.IsNullOrEmpty(directory) || pattern.Contains('\0') || !Directory.Exists(directory)) yield break;
        foreach (var file in Directory.EnumerateFiles(directory).Where(f => IsMatch(f, pattern)).Order(StringComparer.Ordinal))
            if (Read(file) is { } text) yield return (file, text);
    }

    private static string? Read(string file)
    {
        try
        {
            return new FileInfo(file).Length <= MaxLength ? File.ReadAllText(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The doctor works with what it may see; an include that it may not see changes no finding's truth.
            return null;
        }
    }

    // `nginx -T 2>&1` prints two lines of its own first.
    private static bool NothingButWords(string text) =>
        text.Split('\n').All(line => string.IsNullOrWhiteSpace(line) || line.StartsWith("nginx: ", StringComparison.Ordinal));

    [GeneratedRegex("^# configuration file (.+):$\n?", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
