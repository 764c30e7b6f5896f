namespace Towncrier.Host.Doctoring;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Good to know; nothing need change.</summary>
    Info,

    /// <summary>Purging works, but not as well as it could, or not for all files.</summary>
    Warning,

    /// <summary>Purging fails or does harm.</summary>
    Error,
}

/// <summary>One pitfall.</summary>
/// <param name="Id">Stable: scripts may look for it.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="What">What was seen and what follows from it.</param>
/// <param name="Where"><c>file:line</c> of the configuration, a directory, or the name of a kernel setting.</param>
/// <param name="Remedy">What to change.</param>
internal sealed record Finding(string Id, Severity Severity, string What, string Where, string Remedy);
