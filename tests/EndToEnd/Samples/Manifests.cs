using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Towncrier.EndToEnd.Samples;

/// <summary>The manifests of samples/kubernetes, as JSON whose scalars are all text.</summary>
internal static class Manifests
{
    public static readonly string[] Folders = ["base", "aws", "azure"];

    public static string Of(params string[] names) => RepositoryFolder.Of(["samples", "kubernetes", .. names]);

    /// <summary>Every document of a folder's files, without kustomization.yaml.</summary>
    public static IReadOnlyList<JsonNode> In(string folder) =>
        [.. Directory.GetFiles(Of(folder), "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml").SelectMany(file => Parse(File.ReadAllText(file)))];

    public static IEnumerable<JsonNode> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(document => Json(document.RootNode)!);
    }

    /// <summary>The one of this kind, and of this name where one is given.</summary>
    public static JsonNode The(this IEnumerable<JsonNode> manifests, string kind, string? name = null) =>
        manifests.Where(one => one.Text("kind") == kind && (name is null || one["metadata"]!.Text("name") == name)).ShouldHaveSingleItem();

    /// <summary>A file that a ConfigMap of the folder holds.</summary>
    public static string Embedded(string folder, string configMap, string file) => In(folder).The("ConfigMap", configMap)["data"]!.Text(file);

    /// <summary>A scalar, which has to be there.</summary>
    public static string Text(this JsonNode node, string name) => (string?)node[name] ?? throw new ShouldAssertException($"no {name} in {node}");

    public static IEnumerable<JsonNode> List(this JsonNode node, string name) => node[name]?.AsArray().Select(one => one!) ?? [];

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(one => KeyValuePair.Create(((YamlScalarNode)one.Key).Value!, Json(one.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"{node.NodeType} at {node.Start}"),
    };
}
