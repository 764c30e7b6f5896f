using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Towncrier.Agent;
using Towncrier.Peers;
using Towncrier.Providers.Redis;
using Towncrier.Store.AspNetCore;

namespace Towncrier.Store.Tests;

/// <summary>One node of a cluster over a real Redis: a store, and a server that shares it.</summary>
internal sealed class Node : IAsyncDisposable
{
    public const string Token = "a-token-of-the-tests";
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly WebApplication _server;
    private OpenStore? _site;

    private Node(WebApplication server, Uri address)
    {
        _server = server;
        Address = address;
    }

    public Uri Address { get; }

    public OpenStore Site => _site!;

    public DiskStore Store => _site!.Store;

    public static async Task<Node> StartAsync(RedisServer redis, string name, Func<ClusterOptions, ClusterOptions>? with = null, Func<StoreOptions, StoreOptions>? and = null, string? folder = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        Node? node = null;
        server.MapTowncrierPeers("/towncrier", () => node?._site?.Store.Shelf);
        await server.StartAsync();
        node = new Node(server, new Uri(server.Urls.First() + "/towncrier/"));
        RedisAddress.TryParse(redis.Url, out var bus, out _).ShouldBeTrue();
        var cluster = new ClusterOptions
        {
            Source = node.Own(new RedisSource(new RedisSourceOptions { Address = bus, Channels = ["objects"] }, TimeProvider.System, new Random())),
            Publisher = node.Own(new RedisPublisher(new RedisPublisherOptions { Address = bus, Channel = "objects" }, TimeProvider.System)),
            Address = node.Address,
            Token = Token,
        };
        node._site = await OpenStore.StartAsync(
            options =>
            {
                options = options with
                {
                    Name = name,
                    Fence = TimeSpan.FromSeconds(10),
                    Cluster = with is null ? cluster : with(cluster),
                    Sources = [new SourceSetup(node.Own(new RedisSource(new RedisSourceOptions { Address = bus, Channels = ["purge"] }, TimeProvider.System, new Random())))],
                    Publishers = [node.Own(new RedisPublisher(new RedisPublisherOptions { Address = bus, Channel = "purge" }, TimeProvider.System))],
                };
                return and is null ? options : and(options);
            },
            folder);
        return node;
    }

    /// <summary>It has applied the message.</summary>
    public bool Has(Invalidation message) => Store.Looking.TryGetReport(message.Id!, out var report) && report.State == InvalidationState.Applied;

    public async ValueTask DisposeAsync()
    {
        if (_site is not null) await _site.DisposeAsync();
        await _server.DisposeAsync();
        foreach (var one in _owned) await one.DisposeAsync();
    }

    private T Own<T>(T one)
    {
        if (one is IAsyncDisposable disposable) _owned.Add(disposable);
        return one;
    }
}
