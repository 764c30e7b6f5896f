using System.Text.RegularExpressions;

namespace Towncrier.Engine.Tests.Architecture;

/// <summary>docs/ARCHITECTURE.md says who may use whom; here the code is held to it.</summary>
public sealed partial class The_table
{
    private static readonly Dictionary<string, string[]> Rows = File.ReadLines(Repository.At("docs/ARCHITECTURE.md"))
        .Select(line => Row().Match(line)).Where(match => match.Success)
        .ToDictionary(match => match.Groups["who"].Value, match => match.Groups["whom"].Value is "nothing" ? [] : match.Groups["whom"].Value.Split(", "));

    [Fact]
    public void Every_room_and_every_project_has_a_row_and_every_row_a_place()
    {
        var rooms = Directory.GetDirectories(Repository.At("src/Agent/Engine")).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).Select(name => "room " + name);
        var projects = Repository.Files("src", "*.csproj").Select(Project).Distinct().Select(name => "project " + name);
        Rows.Keys.ShouldBe(rooms.Concat(projects), ignoreOrder: true);
        var known = Rows.Keys.Select(who => who.Split(' ')[1]).ToHashSet();
        Rows.Values.SelectMany(whom => whom).Where(name => !known.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void Projects_reference_only_what_their_row_allows()
    {
        foreach (var path in Repository.Files("src", "*.csproj"))
        {
            var references = Reference().Matches(File.ReadAllText(path))
                .Select(match => Project(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, match.Groups["path"].Value))));
            references.Except(Rows["project " + Project(path)]).ShouldBeEmpty(path);
        }
    }

    [Fact]
    public void Rooms_use_only_what_their_row_allows()
    {
        foreach (var (who, whom) in Rows.Where(row => row.Key.StartsWith("room ", StringComparison.Ordinal)))
        {
            var room = who.Split(' ')[1];
            foreach (var path in Repository.Files("src/Agent/Engine/" + room, "*.cs"))
            {
                var used = Using().Matches(File.ReadAllText(path)).Select(match => match.Groups["room"].Value);
                used.Except([.. whom, room]).ShouldBeEmpty(path);
            }
        }
    }

    [Fact]
    public void The_table_allows_nothing_that_nobody_needs()
    {
        foreach (var (who, whom) in Rows.Where(row => row.Key.StartsWith("room ", StringComparison.Ordinal)))
        {
            var used = Repository.Files("src/Agent/Engine/" + who.Split(' ')[1], "*.cs").SelectMany(path => Using().Matches(File.ReadAllText(path))).Select(match => match.Groups["room"].Value);
            whom.Except(used).ShouldBeEmpty(who);
        }
    }

    [Fact]
    public void No_room_uses_another_that_uses_it()
    {
        var rooms = Rows.Where(row => row.Key.StartsWith("room ", StringComparison.Ordinal)).ToDictionary(row => row.Key.Split(' ')[1], row => row.Value);
        while (rooms.Count > 0)
        {
            var leaves = rooms.Where(row => !row.Value.Any(rooms.ContainsKey)).Select(row => row.Key).ToArray();
            leaves.ShouldNotBeEmpty("a circle among " + string.Join(", ", rooms.Keys));
            foreach (var leaf in leaves) rooms.Remove(leaf);
        }
    }

    private static string Project(string path)
    {
        var parts = Path.GetRelativePath(Repository.At("src"), path).Split('/');
        return parts[0] == "Agent" || parts[1] == "AspNetCore" ? parts[1] : parts[0];
    }

    [GeneratedRegex(@"^\| (?<who>(project|room) \w+) \| (?<whom>[\w, ]+) \|$")]
    private static partial Regex Row();

    [GeneratedRegex("<ProjectReference Include=\"(?<path>[^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^using (static )?Towncrier\.Agent\.(?<room>\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
