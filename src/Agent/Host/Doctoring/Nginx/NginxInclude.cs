namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>Puts the directives of included files where their include stands.</summary>
internal static class NginxInclude
{
    // nginx itself stops on a loop only when it runs out of files.
    private const int MaxDepth = 16;
    private const int MaxFiles = 20_000;

    /// <summary>The whole configuration as one tree.</summary>
    public static IReadOnlyList<NginxDirective> Resolve(NginxText text, List<string> problems)
    {
        var files = 0;
        return Expand(NginxParser.Parse(text.MainText, text.MainName, problems), 0);

        List<NginxDirective> Expand(IReadOnlyList<NginxDirective> items, int depth)
        {
            var expanded = new List<NginxDirective>(items.Count);
            foreach (var item in items)
            {
                if (item.Block is { } block) expanded.Add(item with { Block = Expand(block, depth) });
                else if (item.Name != "include") expanded.Add(item);
                else if (depth >= MaxDepth || files > MaxFiles) problems.Add($"{item.Where}: includes are nested too deeply or are too many");
                else
                {
                    foreach (var (name, included) in text.Included(item.First))
                    {
                        if (++files > MaxFiles) break;
                        expanded.AddRange(Expand(NginxParser.Parse(included, name, problems), depth + 1));
                    }
                }
            }

            return expanded;
        }
    }
}
