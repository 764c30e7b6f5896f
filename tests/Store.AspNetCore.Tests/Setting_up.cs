using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Towncrier.Store.AspNetCore.Tests;

/// <summary>One line is enough, and what is wrong with it is told before the application serves anything.</summary>
public sealed class Setting_up
{
    [Fact]
    public async Task All_problems_are_told_at_once_at_the_start()
    {
        var said = await ProblemAsync(services => services.AddTowncrierOutputCache(options =>
        {
            options.Workers = 0;
            options.Limits = new() { MaxWorkerQueueLen = -1 };
            options.Fence = TimeSpan.FromDays(1);
        }));
        foreach (var part in (string[])["output-cache: Directory is empty", "Workers is 0", "max_worker_queue_len must be", "Fence is 1."]) said.ShouldContain(part);
    }

    [Fact]
    public async Task A_section_of_the_configuration_says_it_all_but_sources_and_publishers()
    {
        using var folder = new TempFolder();
        await using var app = Application(
            services => services.AddTowncrierOutputCache(Section(("Directory", folder.Of("cache")), ("Workers", "3"), ("Fence", "00:00:05"), ("MaxBodyBytes", "1000"), ("Name", "node-1"), ("Limits:DiskLimit", "0.5"), ("Limits:ExpiredRespSweepInterval", "00:00:09"))));
        await app.StartAsync(TestContext.Current.CancellationToken);
        var options = app.Services.GetRequiredService<IOptionsMonitor<TowncrierStoreOptions>>().Get("output-cache");
        (options.Workers, options.Fence, options.MaxBodyBytes, options.Name).ShouldBe((3, TimeSpan.FromSeconds(5), 1000L, "node-1"));
        (options.Limits.DiskLimit, options.Limits.ExpiredRespSweepInterval, options.Limits.MemoryLimit).ShouldBe((0.5, TimeSpan.FromSeconds(9), 0.7));
        Directory.Exists(folder.Of("cache")).ShouldBeTrue();
        app.Services.GetRequiredService<IOutputCacheStore>().ShouldBeAssignableTo<IOutputCacheBufferStore>();
    }

    [Fact]
    public async Task Who_may_invalidate_can_be_said_in_the_configuration_but_for_keys()
    {
        using var folder = new TempFolder();
        await using var app = Application(services => services.AddTowncrierOutputCache(
            Section(("Directory", folder.Of("cache")), ("Admission:Hosts:0", "*.example.org"), ("Admission:Commands:0", "Xkey"), ("Admission:Labels:region", "eu")),
            options => options.Admission = options.Admission with { Keys = [new("fleet", "0123456789abcdef"u8.ToArray())] }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        var admission = app.Services.GetRequiredService<IOptionsMonitor<TowncrierStoreOptions>>().Get("output-cache").Admission;
        admission.Hosts.ShouldBe(["*.example.org"]);
        admission.Commands.ShouldBe([InvalidationCommand.Xkey]);
        admission.Labels["region"].ShouldBe("eu");
        admission.Keys.Single().Id.ShouldBe("fleet");
    }

    [Theory]
    [InlineData("Directroy", "/tmp/x", "Directroy")]
    [InlineData("Workers", "many", "Workers")]
    public async Task A_name_or_value_that_means_nothing_is_told(string name, string value, string said)
        => (await ProblemAsync(services => services.AddTowncrierOutputCache(Section((name, value))))).ShouldContain(said);

    [Fact]
    public async Task Said_twice_it_is_one_store_with_the_settings_of_both()
    {
        using var folder = new TempFolder();
        await using var app = Application(services => services
            .AddTowncrierOutputCache(options => options.Directory = folder.Of("cache"))
            .AddTowncrierOutputCache(options => options.Workers = 5)
            .AddOutputCache(options => options.DefaultExpirationTimeSpan = TimeSpan.FromDays(1)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        app.Services.GetRequiredService<IOptionsMonitor<TowncrierStoreOptions>>().Get("output-cache").ShouldSatisfyAllConditions(
            options => options.Workers.ShouldBe(5), options => options.Directory.ShouldBe(folder.Of("cache")));
        await app.Services.GetRequiredService<IOutputCacheStore>().SetAsync("key", "x"u8.ToArray(), null, TimeSpan.FromHours(1), TestContext.Current.CancellationToken);
        app.Services.GetRequiredService<DiskStore>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_application_that_is_disposed_of_unstopped_ends_its_store_in_order()
    {
        using var folder = new TempFolder();
        using var log = new LogLines();
        var app = Application(services => services.AddTowncrierOutputCache(options => options.Directory = folder.Of("cache")).AddLogging(logging => logging.AddProvider(log)));
        await app.StartAsync(TestContext.Current.CancellationToken);
        var store = app.Services.GetRequiredService<DiskStore>(); // the container now owns it under two names
        await app.DisposeAsync();
        log.Lines.ShouldNotContain(line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal));
        await Should.ThrowAsync<IOException>(() => store.InvalidateTagsAsync(["t"], TestContext.Current.CancellationToken));
    }

    private static IConfigurationSection Section(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create("Towncrier:OutputCache:" + value.Name, (string?)value.Value))).Build().GetSection("Towncrier:OutputCache");

    private static WebApplication Application(Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder.Services);
        return builder.Build();
    }

    private static async Task<string> ProblemAsync(Action<IServiceCollection> services)
    {
        await using var app = Application(services);
        return (await Should.ThrowAsync<Exception>(() => app.StartAsync(TestContext.Current.CancellationToken))).ToString();
    }
}
