namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>Builds the tree of one file's directives. Pure: includes are left as they stand.</summary>
internal static class NginxParser
{
    // Real configurations nest four or five deep.
    private const int MaxDepth = 64;

    /// <summary>What could be read. <paramref name="problems"/> gets one line for each place that nginx would refuse.</summary>
    public static IReadOnlyList<NginxDirective> Parse(string text, string file, List<string> problems)
    {
        var lexer = new NginxLexer(text);
        var open = new Stack<(NginxDirective Block, List<NginxDirective> Items)>();
        var items = new List<NginxDirective>();
        var words = new List<NginxToken>();
        while (true)
        {
            var token = lexer.Next();
            switch (token.Kind)
            {
                case NginxTokenKind.Word:
                    words.Add(token);
                    break;
                case NginxTokenKind.Semicolon:
                    if (words.Count == 0) Problem(token, "unexpected ';'");
                    else items.Add(Directive(words, file));
                    words.Clear();
                    break;
                case NginxTokenKind.Open when words.Count > 0 && words[0].Text.EndsWith("_by_lua_block", StringComparison.Ordinal):
                    lexer.SkipForeignBlock();
                    items.Add(Directive(words, file) with { Block = [] });
                    words.Clear();
                    break;
                case NginxTokenKind.Open:
                    if (words.Count == 0) Problem(token, "unexpected '{'");
                    if (open.Count >= MaxDepth)
                    {
                        Problem(token, $"blocks are nested deeper than {MaxDepth}");
                        return Close();
                    }

                    open.Push((words.Count == 0 ? new NginxDirective("", [], file, token.Line) : Directive(words, file), items));
                    items = [];
                    words.Clear();
                    break;
                case NginxTokenKind.Close:
                    if (words.Count > 0) Problem(words[0], $"'{words[0].Text}' has no ';'");
                    words.Clear();
                    if (open.Count == 0) Problem(token, "unexpected '}'");
                    else CloseOne();
                    break;
                default:
                    if (words.Count > 0) Problem(words[0], $"'{words[0].Text}' has no ';'");
                    if (open.Count > 0) Problem(token, $"'}}' is missing for '{open.Peek().Block.Name}' of line {open.Peek().Block.Line}");
                    return Close();
            }
        }

        void CloseOne()
        {
            var (block, outer) = open.Pop();
            outer.Add(block with { Block = items });
            items = outer;
        }

        List<NginxDirective> Close()
        {
            while (open.Count > 0) CloseOne();
            return items;
        }

        void Problem(NginxToken at, string what) => problems.Add($"{file}:{at.Line}: {what}");
    }

    private static NginxDirective Directive(List<NginxToken> words, string file) =>
        new(words[0].Text, [.. words.Skip(1).Select(w => w.Text)], file, words[0].Line);
}
