namespace Towncrier.Abstractions.Tests;

/// <summary>The source tree these tests were built from.</summary>
internal static class Source
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Towncrier.sln"))) directory = directory.Parent;
        return directory.ShouldNotBeNull().FullName;
    }
}
