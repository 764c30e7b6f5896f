using System.Text.Json.Nodes;
using Towncrier.Peers.Azurerm;

namespace Towncrier.Terraform.Tests;

/// <summary>What terraform knows of azurerm through the stub is what the file says, all of it.</summary>
public sealed class Azurerm_stub
{
    [Fact]
    public async Task Serves_the_schema_as_it_was_extracted()
    {
        await using var stage = new TerraformStage("modules/azure-region");
        await stage.InitAsync();
        var run = (await stage.RunAsync("providers", "schema", "-json")).Done();
        var served = JsonNode.Parse(run.Stdout)!["provider_schemas"]!["registry.terraform.io/hashicorp/azurerm"]!;
        var expected = AzurermStub.Schema();
        foreach (var part in (string[])["provider", "resource_schemas"])
            JsonNode.DeepEquals(Plain(served[part]), Plain(expected[part])).ShouldBeTrue($"{part}:\n{Plain(served[part])}");
    }

    // Terraform says of each description that it is plain, and leaves out a block that is empty.
    private static JsonNode? Plain(JsonNode? node) => node switch
    {
        JsonObject some => new JsonObject(some.Where(one => one.Key != "description_kind").Select(one => KeyValuePair.Create(one.Key, Plain(one.Value))).Where(one => one is not { Key: "block", Value: JsonObject { Count: 0 } })),
        JsonArray some => new JsonArray([.. some.Select(Plain)]),
        _ => node?.DeepClone(),
    };
}
