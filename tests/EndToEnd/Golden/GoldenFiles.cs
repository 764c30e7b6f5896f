using System.Text.Json;
using Towncrier.EndToEnd.Assumptions;
using Towncrier.EndToEnd.Support;

namespace Towncrier.EndToEnd.Golden;

/// <summary>
/// The golden cache files of the engine's tests are made by a real nginx: here. Without a word this test makes them anew
/// and holds them against the committed ones; with TOWNCRIER_WRITE_GOLDEN=folder it writes them there instead.
/// </summary>
public class GoldenFiles
{
    private const int MaxBytes = 16 * 1024;

    [Fact]
    public async Task The_committed_golden_files_are_what_nginx_writes()
    {
        var made = new List<(GoldenEntry Entry, byte[] Bytes)>();
        foreach (var golden in GoldenCase.All)
            made.Add(await MakeAsync(golden));

        if (Environment.GetEnvironmentVariable("TOWNCRIER_WRITE_GOLDEN") is { Length: > 0 } folder)
        {
            Write(folder, made);
            return;
        }
        var committed = RepositoryFolder.Of("tests", "Engine.Tests", "Golden");
        File.ReadAllText(Path.Combine(committed, "golden.json")).TrimEnd().ShouldBe(Manifest(made));
        foreach (var (entry, bytes) in made)
            Timeless(File.ReadAllBytes(Path.Combine(committed, entry.File))).ShouldBe(Timeless(bytes), entry.File);
    }

    private static async Task<(GoldenEntry, byte[])> MakeAsync(GoldenCase golden)
    {
        await using var rig = await Rig.StartAsync(
            _ => golden.Reply, setup => golden.Setup(setup with { CachePath = "inactive=1d" }), golden.Kind);
        string[] before = [];
        if (golden.AskBefore is { } first)
        {
            await rig.Nginx.Probe.GetAsync(golden.Path, GoldenCase.Host, first);
            before = await CacheFiles.WaitForAsync(rig.CacheDir, 1);
        }
        (await rig.Nginx.Probe.GetAsync(golden.Path, GoldenCase.Host, golden.Ask)).Status.ShouldBe(golden.Reply.Status, golden.Name);
        var file = (await CacheFiles.WaitForAsync(rig.CacheDir, before.Length + 1)).Except(before).Single();
        var head = RawHead.Read(file);
        head.Bytes.Length.ShouldBeLessThan(MaxBytes);
        return (GoldenEntry.Of(golden, file, head), head.Bytes);
    }

    private static void Write(string folder, List<(GoldenEntry Entry, byte[] Bytes)> made)
    {
        Directory.CreateDirectory(folder);
        foreach (var (entry, bytes) in made)
            File.WriteAllBytes(Path.Combine(folder, entry.File), bytes);
        File.WriteAllText(Path.Combine(folder, "golden.json"), Manifest(made) + "\n");
    }

    private static string Manifest(List<(GoldenEntry Entry, byte[] Bytes)> made) =>
        JsonSerializer.Serialize(made.Select(one => one.Entry), GoldenEntry.Json);

    /// <summary>The bytes without the two fields which are the time of the fill, and the milliseconds of it.</summary>
    private static byte[] Timeless(byte[] file)
    {
        var bytes = file.ToArray();
        bytes.AsSpan(8, 8).Clear();  // valid_sec
        bytes.AsSpan(40, 8).Clear(); // date
        bytes.AsSpan(52, 2).Clear(); // valid_msec
        return bytes;
    }
}
