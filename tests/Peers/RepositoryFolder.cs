namespace Towncrier.Peers;

/// <summary>The checkout this test assembly was built in: the folder above it that holds Towncrier.sln.</summary>
public static class RepositoryFolder
{
    /// <exception cref="DirectoryNotFoundException">The tests run outside their checkout.</exception>
    public static string Of(params string[] names)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Towncrier.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the tests run outside their checkout: no Towncrier.sln above them");
        return Path.Combine([folder, .. names]);
    }
}
