namespace Towncrier.Host.Configuring.Yaml;

/// <summary>What stands at one place of the file.</summary>
internal enum YamlKind
{
    /// <summary>Nothing after the colon, <c>~</c> or <c>null</c>.</summary>
    Null,
    Text,
    List,
    Map,
}

/// <summary>One value of the file and its line, counted from 1.</summary>
internal sealed record YamlValue(YamlKind Kind, int Line)
{
    /// <summary>The scalar's text; empty for the other kinds.</summary>
    public string Text { get; init; } = "";

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<YamlValue> Items { get; init; } = [];

    /// <summary>The entries of a map, each key once, in the file's order.</summary>
    public IReadOnlyList<YamlEntry> Entries { get; init; } = [];

    /// <summary>How a problem names it.</summary>
    public string KindName => Kind switch
    {
        YamlKind.Null => "nothing",
        YamlKind.Text => "a single value",
        YamlKind.List => "a list",
        _ => "a mapping",
    };
}

/// <summary>One <c>key: value</c> of a map, with the line of the key.</summary>
internal sealed record YamlEntry(string Key, int Line, YamlValue Value);
