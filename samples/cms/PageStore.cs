using System.Text.Json;

namespace Towncrier.Samples.Cms;

/// <summary>The pages: a file of JSON for each. Readers need no lock, since a file is replaced as a whole; there is one writer at a time.</summary>
internal sealed class PageStore(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Null when there is none, or when the slug cannot be one.</summary>
    public Page? Find(string slug) => Page.IsName(slug) ? Read(PathOf(slug)) : null;

    /// <summary>All of them by title.</summary>
    public IReadOnlyList<Page> All() =>
        [.. Directory.EnumerateFiles(folder, "*.json").Select(Read).OfType<Page>().OrderBy(page => page.Title, StringComparer.OrdinalIgnoreCase).ThenBy(page => page.Slug, StringComparer.Ordinal)];

    public void Write(Page page) => WholeFile.Write(PathOf(page.Slug), JsonSerializer.SerializeToUtf8Bytes(page, Json));

    public void Delete(string slug) => File.Delete(PathOf(slug));

    private string PathOf(string slug) => Path.Combine(folder, slug + ".json");

    private static Page? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Page>(File.ReadAllBytes(path), Json);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>Files of which a reader, or a crash, sees the old content or the new, and nothing between.</summary>
internal static class WholeFile
{
    public static void Write(string path, byte[] content)
    {
        var temp = path + ".tmp"; // one writer at a time: what a crash left is overwritten
        using (var file = new FileStream(temp, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temp, path, overwrite: true);
    }
}
