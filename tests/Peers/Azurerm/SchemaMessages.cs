using System.Text.Json.Nodes;

namespace Towncrier.Peers.Azurerm;

/// <summary>
/// schema.json as terraform's plugin protocol says it, version 5: GetProviderSchema.Response and what is in it. The numbers are
/// those of tfplugin5.proto in hashicorp/terraform, docs/plugin-protocol.
/// </summary>
internal static class SchemaMessages
{
    private static readonly string[] _nestingModes = ["", "single", "list", "set", "map", "group"];

    public static WireMessage Response(JsonObject schema)
    {
        var response = new WireMessage().Message(1, Schema(schema["provider"]!));
        foreach (var (name, resource) in schema["resource_schemas"]!.AsObject())
            response.Message(2, new WireMessage().Text(1, name).Message(2, Schema(resource!)));
        return response;
    }

    private static WireMessage Schema(JsonNode schema) =>
        new WireMessage().Number(1, (long?)schema["version"] ?? 0).Message(2, Block(schema["block"]!));

    private static WireMessage Block(JsonNode block)
    {
        var message = new WireMessage();
        foreach (var (name, attribute) in Members(block, "attributes")) message.Message(2, Attribute(name, attribute));
        foreach (var (name, nested) in Members(block, "block_types")) message.Message(3, Nested(name, nested));
        return message;
    }

    private static WireMessage Attribute(string name, JsonNode attribute) => new WireMessage()
        .Text(1, name).Text(2, attribute["type"]!.ToJsonString())
        .Flag(4, (bool?)attribute["required"] ?? false).Flag(5, (bool?)attribute["optional"] ?? false).Flag(6, (bool?)attribute["computed"] ?? false);

    private static WireMessage Nested(string name, JsonNode nested) => new WireMessage()
        .Text(1, name).Message(2, Block(nested["block"]!)).Number(3, Array.IndexOf(_nestingModes, (string)nested["nesting_mode"]!))
        .Number(4, (long?)nested["min_items"] ?? 0).Number(5, (long?)nested["max_items"] ?? 0);

    private static IEnumerable<(string Name, JsonNode Value)> Members(JsonNode block, string name) =>
        block[name]?.AsObject().Select(one => (one.Key, one.Value!)) ?? [];
}
