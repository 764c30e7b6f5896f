namespace Towncrier.Host.Doctoring.Nginx;

/// <summary>One directive: its name, its arguments with quotes and escapes resolved, and, for a block, what stands in it.</summary>
internal sealed record NginxDirective(string Name, IReadOnlyList<string> Args, string File, int Line)
{
    /// <summary>The directives of a block, includes resolved; null for one that ends in a semicolon.</summary>
    public IReadOnlyList<NginxDirective>? Block { get; init; }

    /// <summary><c>file:line</c>, lines counted from 1.</summary>
    public string Where => $"{File}:{Line}";

    /// <summary>The first argument; empty when there is none.</summary>
    public string First => Args.Count > 0 ? Args[0] : "";
}
