using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Towncrier.Host.Configuring.Yaml;

/// <summary>
/// Builds the values of one document from the parser's events. Not the library's own tree: that one recurses without
/// a limit (a deep file would overflow the stack, which nothing can catch) and stops at the first repeated key.
/// </summary>
internal sealed class YamlTree(string file, List<ConfigProblem> problems)
{
    // Our deepest setting stands at 5.
    private const int MaxDepth = 16;

    /// <summary>The root, an empty root for an empty file, or null with a problem added.</summary>
    /// <exception cref="YamlException">The text is not YAML.</exception>
    public YamlValue? Read(IParser parser)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _)) return new YamlValue(YamlKind.Null, 1);
        if (ReadValue(parser, 0) is not { } root) return null;
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            return Refuse(second, "a second document starts here", "Keep one: remove the '---' line");
        return root;
    }

    private YamlValue? ReadValue(IParser parser, int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias)) return Refuse(alias, "an alias (*name) is not supported", "Write the value out");
        if (!parser.Accept<NodeEvent>(out var node)) throw new YamlException(parser.Current?.Start ?? Mark.Empty, Mark.Empty, "a value is missing");
        if (!node.Anchor.IsEmpty) return Refuse(node, "an anchor (&name) is not supported", "Write the value out at each place");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific) return Refuse(node, "a tag (!name) is not supported", "Remove it");
        if (depth > MaxDepth) return Refuse(node, $"the file is nested deeper than {MaxDepth}", "No setting is that deep: look for stray brackets");
        if (parser.TryConsume<SequenceStart>(out var list)) return ReadList(parser, list, depth);
        if (parser.TryConsume<MappingStart>(out var map)) return ReadMap(parser, map, depth);
        var scalar = parser.Consume<Scalar>();
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
        return new YamlValue(isNull ? YamlKind.Null : YamlKind.Text, LineOf(scalar)) { Text = scalar.Value };
    }

    private YamlValue? ReadList(IParser parser, SequenceStart start, int depth)
    {
        var items = new List<YamlValue>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (ReadValue(parser, depth + 1) is not { } item) return null;
            items.Add(item);
        }

        return new YamlValue(YamlKind.List, LineOf(start)) { Items = items };
    }

    private YamlValue? ReadMap(IParser parser, MappingStart start, int depth)
    {
        var entries = new List<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadValue(parser, depth + 1) is not { } key || ReadValue(parser, depth + 1) is not { } value) return null;
            if (key.Kind is YamlKind.List or YamlKind.Map) Add(key.Line, $"{key.KindName} cannot be a key", "Write 'name: value'");
            else if (lines.TryAdd(key.Text, key.Line)) entries.Add(new YamlEntry(key.Text, key.Line, value));
            else Add(key.Line, $"'{key.Text}' is given twice; the first is on line {lines[key.Text]}", "Keep one of them");
        }

        return new YamlValue(YamlKind.Map, LineOf(start)) { Entries = entries };
    }

    private YamlValue? Refuse(ParsingEvent at, string what, string remedy)
    {
        Add(LineOf(at), what, remedy);
        return null;
    }

    private void Add(int line, string what, string remedy) => problems.Add(new ConfigProblem($"{file}:{line}", what, remedy));

    private static int LineOf(ParsingEvent at) => (int)at.Start.Line;
}
