using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Towncrier.Peers.Azurerm;

/// <summary>
/// The provider azurerm as far as its schema goes, for a terraform that is told of it by TF_REATTACH_PROVIDERS: init finds it, validate
/// checks names and types against it, and tests run with mock_provider "azurerm". It makes nothing, reads nothing and checks no values.
/// </summary>
public sealed class AzurermStub : IAsyncDisposable
{
    private const string Service = "/tfplugin5.Provider/";

    private readonly WebApplication _app;
    private readonly int _port;

    private AzurermStub(WebApplication app, int port) => (_app, _port) = (app, port);

    /// <summary>The schema it serves; its form is that of <c>terraform providers schema -json</c>.</summary>
    public static JsonObject Schema() =>
        JsonNode.Parse(File.ReadAllText(RepositoryFolder.Of("tests", "Peers", "Azurerm", "schema.json")))!.AsObject();

    /// <summary>For TF_REATTACH_PROVIDERS. Test: terraform does not end the process when it is done.</summary>
    public string Reattach => new JsonObject
    {
        ["registry.terraform.io/hashicorp/azurerm"] = new JsonObject
        {
            ["Protocol"] = "grpc",
            ["ProtocolVersion"] = 5,
            ["Pid"] = Environment.ProcessId,
            ["Test"] = true,
            ["Addr"] = new JsonObject { ["Network"] = "tcp", ["String"] = $"127.0.0.1:{_port}" },
        },
    }.ToJsonString();

    public static async Task<AzurermStub> StartAsync()
    {
        var schema = SchemaMessages.Response(Schema()).ToArray();
        var port = FreePort.Next();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, port, one => one.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.Run(context => AnswerAsync(context, schema));
        await app.StartAsync();
        return new AzurermStub(app, port);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, byte[] schema)
    {
        var (request, response) = (await ReadAsync(context.Request), context.Response);
        var answer = context.Request.Path.Value switch
        {
            Service + "GetSchema" => schema,
            Service + "PrepareProviderConfig" => request, // the configuration as it is: a DynamicValue in the first field of both
            Service + "ValidateResourceTypeConfig" => [],
            _ => null,
        };
        response.ContentType = "application/grpc";
        if (answer is not null) await WriteAsync(response, answer);
        response.AppendTrailer("grpc-status", answer is null ? "12" : "0");
        if (answer is null) response.AppendTrailer("grpc-message", "this azurerm only has a schema: use mock_provider");
    }

    // A message of gRPC: a byte that says whether it is compressed, its length in four bytes, and the message.
    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.Length < 5 ? [] : body.ToArray()[5..];
    }

    private static async Task WriteAsync(HttpResponse response, byte[] message)
    {
        var head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), message.Length);
        await response.Body.WriteAsync(head, response.HttpContext.RequestAborted);
        await response.Body.WriteAsync(message, response.HttpContext.RequestAborted);
    }
}
