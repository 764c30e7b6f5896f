using Towncrier.Agent;

namespace Towncrier.Host.Configuring.Yaml;

/// <summary>
/// Takes known settings out of one map. Each wrong type is a problem of its own, and reading goes on; what nobody
/// took is an unknown key, reported by <see cref="Finish"/>.
/// </summary>
internal sealed class YamlSection(string file, string name, YamlValue map, List<ConfigProblem> problems)
{
    private readonly List<string> _known = [];
    private readonly List<string> _refused = [];

    /// <summary>The entry of that name, or null when it is absent or has no value. Marks the name as known.</summary>
    public YamlEntry? Take(string key, bool ignoreCase = false)
    {
        var entry = map.Entries.FirstOrDefault(e => string.Equals(e.Key, key, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
        _known.Add(entry?.Key ?? key);
        return entry is { Value.Kind: not YamlKind.Null } ? entry : null;
    }

    /// <summary>Every name of this map, for maps whose names are the user's own.</summary>
    public IReadOnlyList<string> Keys => [.. map.Entries.Select(entry => entry.Key)];

    /// <summary>The sections below, by the names the user gave them.</summary>
    public IEnumerable<(string Name, YamlSection Section)> All()
    {
        foreach (var key in Keys)
            if (Section(key) is { } section) yield return (key, section);
    }

    /// <summary>true or false; null when absent.</summary>
    public bool? Flag(string key)
    {
        if (Text(key) is not { } text) return null;
        if (text.Value is "true" or "false") return text.Value == "true";
        problems.Add(new ConfigProblem(text.Where, $"{Name(key)} is '{text.Value}'", "Write true or false"));
        return null;
    }

    /// <summary>One non-empty text.</summary>
    public Sourced<string>? Text(string key, bool ignoreCase = false, bool emptyIsAbsent = false)
    {
        if (Take(key, ignoreCase) is not { } entry) return null;
        if (emptyIsAbsent && entry.Value is { Kind: YamlKind.Text, Text.Length: 0 }) return null;
        if (entry.Value.Kind == YamlKind.Text && entry.Value.Text.Length > 0) return new Sourced<string>(entry.Value.Text, At(entry.Value.Line));
        var found = entry.Value.Kind == YamlKind.Text ? "empty" : entry.Value.KindName;
        Problem(entry.Line, $"{Name(key)} is {found}, not a text", $"Write '{key}: VALUE' on one line");
        return null;
    }

    /// <summary>A list of texts; one text alone is a list of one. Null when absent.</summary>
    public IReadOnlyList<Sourced<string>>? Texts(string key, bool ignoreCase = false)
    {
        if (Take(key, ignoreCase) is not { } entry) return null;
        if (entry.Value.Kind == YamlKind.Text) return Text(key, ignoreCase) is { } one ? [one] : [];
        if (entry.Value.Kind == YamlKind.Map)
        {
            Problem(entry.Line, $"{Name(key)} is a mapping, not a list", $"Write '{key}: [A, B]'");
            return [];
        }

        var good = new List<Sourced<string>>();
        foreach (var item in entry.Value.Items)
        {
            if (item.Kind == YamlKind.Text && item.Text.Length > 0) good.Add(new Sourced<string>(item.Text, At(item.Line)));
            else Problem(item.Line, $"an item of {Name(key)} is {(item.Kind == YamlKind.Text ? "empty" : item.KindName)}, not a text", $"Write '{key}: [A, B]'");
        }

        return good;
    }

    /// <summary>A list of maps, each a section of its own.</summary>
    public IEnumerable<YamlSection> Sections(string key)
    {
        if (Take(key) is not { } entry) yield break;
        if (entry.Value.Kind != YamlKind.List)
        {
            Problem(entry.Line, $"{Name(key)} is {entry.Value.KindName}, not a list", $"Start each item below '{key}:' with '- '");
            yield break;
        }

        foreach (var item in entry.Value.Items)
        {
            if (item.Kind == YamlKind.Map) yield return new YamlSection(file, key, item, problems);
            else Problem(item.Line, $"an item of {Name(key)} is {item.KindName}, not a mapping", "Write '- name: value'");
        }
    }

    /// <summary>A map below this one.</summary>
    /// <param name="mustHold">One that is named and holds nothing is a problem: what it should do would silently not be done.</param>
    public YamlSection? Section(string key, bool ignoreCase = false, bool mustHold = false)
    {
        if (mustHold && map.Entries.FirstOrDefault(e => e.Key == key) is { Value.Kind: YamlKind.Null } empty)
            Problem(empty.Line, $"{Name(key)} is empty", $"Write its settings, '{key}: {{ .. }}', or remove it");
        if (Take(key, ignoreCase) is not { } entry) return null;
        if (entry.Value.Kind == YamlKind.Map) return new YamlSection(file, key, entry.Value, problems);
        Problem(entry.Line, $"{Name(key)} is {entry.Value.KindName}, not a mapping", $"Indent its settings below '{key}:'");
        return null;
    }

    /// <summary>Reports a name that a later version may know.</summary>
    public void NotSupported(string key, string remedy)
    {
        _refused.Add(key);
        if (map.Entries.FirstOrDefault(e => e.Key == key) is { } entry)
            Problem(entry.Line, $"{Name(key)} is not supported by this version", remedy);
    }

    /// <summary>Reports every key that was never asked for.</summary>
    public void Finish()
    {
        foreach (var entry in map.Entries.Where(e => !_known.Contains(e.Key) && !_refused.Contains(e.Key)))
        {
            var near = NearestName.Of(entry.Key, _known);
            var remedy = near is null ? $"Known here: {string.Join(", ", _known)}" : $"Did you mean '{near}'?";
            Problem(entry.Line, $"{Name(Shown(entry.Key))} is not a setting", remedy);
        }
    }

    /// <summary>The place of this section's first line.</summary>
    public string Where => At(map.Line);

    /// <summary>True when the map holds nothing.</summary>
    public bool IsEmpty => map.Entries.Count == 0;

    private string At(int line) => $"{file}:{line}";

    private string Name(string key) => name.Length == 0 ? $"'{key}'" : $"'{key}' of {name}";

    private static string Shown(string key) => new([.. key.Select(c => char.IsControl(c) ? '?' : c).Take(60)]);

    private void Problem(int line, string what, string remedy) => problems.Add(new ConfigProblem(At(line), what, remedy));
}
