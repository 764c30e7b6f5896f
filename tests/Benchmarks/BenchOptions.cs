namespace Towncrier.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Walk">The compiled yardstick, walk.c.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Names, bool Quick, string? Json, string Walk)
{
    /// <summary>Null with the reason on standard error when the command line is wrong.</summary>
    public static BenchOptions? Parse(string[] args, IReadOnlyCollection<string> known)
    {
        var names = new List<string>();
        var quick = false;
        string? json = null, walk = null, problem = null;
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick") quick = true;
            else if (args[i] is "--json" or "--walk" && i + 1 == args.Length) problem = $"{args[i]} needs a file";
            else if (args[i] == "--json") json = args[++i];
            else if (args[i] == "--walk") walk = args[++i];
            else if (known.Contains(args[i])) names.Add(args[i]);
            else problem = $"'{args[i]}' is no benchmark; there are: {string.Join(", ", known)}";
        }

        if (walk is null) problem ??= "--walk is missing: run this through ./bench";
        if (problem is null) return new BenchOptions(names.Count > 0 ? names : [.. known], quick, json, walk!);
        Console.Error.WriteLine(problem);
        return null;
    }

    public bool Wants(string name) => Names.Contains(name);
}
