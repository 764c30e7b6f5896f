using System.Globalization;
using Towncrier.Agent;
using Towncrier.Agent.Receiving;
using Towncrier.Peers;
using Towncrier.Providers.Redis;

namespace Towncrier.Store.Tests;

/// <summary>Messages from elsewhere are judged as an agent judges them; those of the application itself are its own affair.</summary>
public sealed class Whom_it_believes : IAsyncLifetime
{
    private const string Page = "https://www.example.org/a";
    private static readonly byte[] Secret = "0123456789abcdef0123456789abcdef"u8.ToArray();
    private static readonly AdmissionPolicy Signed = new() { Keys = [new SenderKey("cms", Secret)] };

    private readonly List<IAsyncDisposable> _owned = [];
    private RedisServer? _redis;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _redis = await RedisServer.StartAsync();

    [Fact]
    public async Task Without_a_good_signature_nothing_is_invalidated_from_elsewhere()
    {
        await using var site = await StartAsync(options => options with { Admission = Signed });
        await site.PutAsync(Page, "a", "t");
        var bus = Publisher();
        foreach (var bad in (MessageSigner?[])[null, new MessageSigner("cms", "another secret"u8), new MessageSigner("erp", Secret)])
            await bus.PublishAsync(new InvalidationBuilder().PurgeTags(["t"]).Build(), bad, Cancel);
        await Eventually.TrueAsync(() => Refused(site) == 3, "all three are refused");
        site.Read(Page).ShouldBe("a");
        await bus.PublishAsync(new InvalidationBuilder().PurgeTags(["t"]).Build(), new MessageSigner("cms", Secret), Cancel);
        await Eventually.TrueAsync(() => site.Read(Page) is null, "the signed one is applied");
    }

    [Fact]
    public async Task The_application_itself_needs_no_signature_and_is_held_to_no_host()
    {
        await using var site = await StartAsync(options => options with { Admission = Signed with { Hosts = ["other.example"], Commands = [InvalidationCommand.Purge] } });
        await site.PutAsync(Page, "a", "t");
        await site.PutAsync(Page + "b", "b");
        (await site.Store.InvalidateTagsAsync(["t"], Cancel)).Sum(report => report.Purged).ShouldBe(1);
        (await site.Store.InvalidateUrlsAsync([Page + "b"], Cancel)).Sum(report => report.Purged).ShouldBe(1);
    }

    [Fact]
    public async Task Hosts_and_labels_hold_others()
    {
        await using var site = await StartAsync(options => options with
        {
            Admission = new AdmissionPolicy { Hosts = ["*.example.org"], Labels = new Dictionary<string, string> { ["region"] = "eu" } },
        });
        await site.PutAsync(Page, "a", "t");
        await site.PutAsync("https://www.other.example/a", "other", "t");
        var bus = Publisher();
        await site.PutAsync(Page + "b", "b", "elsewhere");
        await bus.PublishAsync(new InvalidationBuilder().To("region", "us").PurgeTags(["elsewhere"]).Build(), cancel: Cancel);
        await bus.PublishAsync(new InvalidationBuilder().To("region", "eu").PurgeTags(["t"]).Build(), cancel: Cancel);
        await Eventually.TrueAsync(() => site.Read(Page) is null, "the one for this region is applied");
        site.Read("https://www.other.example/a").ShouldBe("other");
        site.Read(Page + "b").ShouldBe("b");
    }

    [Fact]
    public async Task What_one_node_signs_another_believes()
    {
        await using var one = await StartAsync(options => options with { Admission = Signed, Signer = new MessageSigner("cms", Secret), Publishers = [Publisher()] });
        await using var two = await StartAsync(options => options with { Admission = Signed });
        foreach (var site in (OpenStore[])[one, two]) await site.PutAsync(Page, "a", "t");
        await one.Store.InvalidateTagsAsync(["t"], Cancel);
        one.Read(Page).ShouldBeNull();
        await Eventually.TrueAsync(() => two.Read(Page) is null, "the other has applied it");
        (Refused(one), Refused(two)).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_is_too_large_to_be_sent_is_not_applied_here_either()
    {
        await using var narrow = new Narrow();
        await using var site = await StartAsync(options => options with { Publishers = [narrow] });
        await site.PutAsync(Page, "a", "t");
        (await Should.ThrowAsync<ArgumentException>(() => site.Store.InvalidateTagsAsync(["t"], Cancel))).Message.ShouldContain("narrow sends at most 10");
        site.Read(Page).ShouldBe("a");
        narrow.Taken.ShouldBe(0);
    }

    [Fact]
    public void Keys_that_can_be_none_are_problems()
    {
        var problems = new StoreOptions { Directory = "/x", Admission = new AdmissionPolicy { Keys = [new("a", Secret), new("a", Secret), new("b", default)] } }.Problems().ToArray();
        problems.ShouldBe(["Admission.Keys has the key a twice", "Admission.Keys: the secret of b is empty, and nothing can be signed with it"]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _owned) await one.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    private static long Refused(OpenStore site) => site.Store.Metrics().Split('\n')
        .Where(line => line.StartsWith("towncrier_refusals_total{", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));

    // It is told to run once its source is connected: a message that comes before would be lost on a channel.
    private async Task<OpenStore> StartAsync(Func<StoreOptions, StoreOptions> with)
    {
        var source = new RedisSource(new RedisSourceOptions { Address = Address, Channels = ["purge"] }, TimeProvider.System, new Random());
        var site = await OpenStore.StartAsync(options => with(options) with { Sources = [new SourceSetup(source)] });
        await Eventually.TrueAsync(() => site.Store.Looking.Sources().All(one => one.Connected), "the source is connected");
        return site;
    }

    private RedisAddress Address => RedisAddress.TryParse(_redis!.Url, out var address, out var problem) ? address : throw new ArgumentException(problem);

    private RedisPublisher Publisher()
    {
        var publisher = new RedisPublisher(new RedisPublisherOptions { Address = Address, Channel = "purge" }, TimeProvider.System);
        _owned.Add(publisher);
        return publisher;
    }

    private sealed class Narrow : IInvalidationPublisher
    {
        public int Taken { get; private set; }

        public string Name => "narrow";

        public int MaxBytes => 10;

        public Task<Published> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancel)
        {
            Taken++;
            return Task.FromResult(new Published(null));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
