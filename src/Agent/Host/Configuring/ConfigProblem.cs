namespace Towncrier.Host.Configuring;

/// <summary>One thing wrong with the configuration.</summary>
/// <param name="Where"><c>file:line</c>, the flag, or the environment variable.</param>
/// <param name="What">What is wrong, with the value that was read. Never a secret.</param>
/// <param name="Remedy">What to write instead.</param>
internal sealed record ConfigProblem(string Where, string What, string Remedy)
{
    // It quotes what strangers wrote, and must stay one line of a log.
    public string What { get; init; } = new([.. What.Select(c => char.IsControl(c) ? '?' : c)]);

    public override string ToString() => $"{Where}: {What}. {Remedy}{(Remedy.EndsWith('?') ? "" : ".")}";
}

/// <summary>A value and where it was read, so that a later check can still name the place.</summary>
internal readonly record struct Sourced<T>(T Value, string Where);
