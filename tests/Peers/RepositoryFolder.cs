namespace Towncrier.EndToEnd.Support;

/// <summary>The checkout this test assembly was built in: the folder above it that holds Towncrier.sln.</summary>
internal static class RepositoryFolder
{
    public static string Of(params string[] names)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Towncrier.sln")))
            folder = folder.Parent.ShouldNotBeNull("the tests run outside their checkout");
        return Path.Combine([folder.FullName, .. names]);
    }
}
