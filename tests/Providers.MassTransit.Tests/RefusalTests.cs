namespace Towncrier.Providers.MassTransit.Tests;

/// <summary>What a broker refuses is told with what to do about it, and without a password.</summary>
public sealed class RefusalTests
{
    private const string Secret = "h3cret";

    [Theory]
    [InlineData("crier:h3cret", "/", "the login of user 'crier' was refused; check user and password")]
    [InlineData("crier:s3cret-of-crier", "/none", "rabbitmqctl add_vhost")]
    [InlineData("limited:s3cret-of-limited", "/other", "rabbitmqctl set_permissions")]
    [InlineData("limited:s3cret-of-limited", "/", "rabbitmqctl set_permissions -p / limited")]
    public async Task Wrong_logins_hosts_and_rights(string login, string vhost, string remedy)
    {
        var rabbit = await SharedRabbit.GetAsync();
        var url = $"amqp://{login}@127.0.0.1:{rabbit.Port}{vhost}";
        await using var listener = Listener.Start(Site.Source(new MassTransitSourceOptions { Address = Site.Parse(url), Fleet = "test", Host = "refused" }));
        await listener.FailedAsync(1);
        Judge(listener.Failures.First());
        await using var publisher = Site.Publisher(url);
        var failure = await Should.ThrowAsync<IOException>(() => publisher.PublishAsync("""{"command":"all"}"""u8.ToArray(), TestContext.Current.CancellationToken));
        Judge(failure.Message);

        void Judge(string told)
        {
            told.ShouldContain(remedy);
            told.ShouldContain($"127.0.0.1:{rabbit.Port}");
            told.ShouldNotContain(Secret);
            told.ShouldNotContain("s3cret-of");
        }
    }

    [Fact]
    public async Task Nobody_there()
    {
        var port = FreePort.Next();
        await using var listener = Listener.Start(Site.Source(new MassTransitSourceOptions { Address = Site.Parse($"amqp://127.0.0.1:{port}") }));
        await using var publisher = Site.Publisher($"amqp://u:{Secret}@127.0.0.1:{port}", TimeSpan.FromMinutes(1));
        var failure = await Should.ThrowAsync<IOException>(() => publisher.PublishAsync("""{"command":"all"}"""u8.ToArray(), TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline));
        failure.Message.ShouldContain("check the address, and that the broker runs");
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("check the address, and that the broker runs");
    }

    [Fact]
    public async Task Two_agents_of_one_name_are_told_apart()
    {
        await using var site = await Site.StartAsync();
        await using var first = await Listener.ConnectAsync(Site.Source(site.Options));
        await using var second = Listener.Start(Site.Source(site.Options));
        await second.FailedAsync(1);
        second.Failures.First().ShouldContain("Give each agent a name of its own");
    }

    [Fact]
    public async Task A_queue_that_was_made_otherwise()
    {
        await using var site = await Site.StartAsync();
        await site.Hand.QueueDeclareAsync(site.Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await using var listener = Listener.Start(Site.Source(site.Options));
        await listener.FailedAsync(1);
        listener.Failures.First().ShouldContain("made with other settings");
    }

    [Fact]
    public async Task A_user_who_may_not_bury_loses_the_refused_message_and_no_other()
    {
        await using var site = await Site.StartAsync();
        const string Poor = "poor";
        await site.Rabbit.CtlAsync("add_user", Poor, "pw");
        await site.Rabbit.CtlAsync("set_permissions", Poor, $"^({site.Queue}|{Site.Exchange})$", ".*", ".*");
        var options = site.Options with { Address = Site.Parse($"amqp://{Poor}:pw@127.0.0.1:{site.Rabbit.Port}") };
        await using var listener = await Listener.ConnectAsync(Site.Source(options), take: delivery =>
            delivery.Body.Length == 3 ? delivery.RejectAsync(new Refusal(RefusalReason.Malformed, "bad"), CancellationToken.None) : Listener.Complete(delivery));
        await site.SendAsync("bad"u8.ToArray());
        await Eventually.TrueAsync(() => listener.Refusals.Count == 1, "it is told");
        listener.Refusals.Single().Refusal.Message.ShouldContain("is dropped; allow this user to configure and write it");
        await site.SendAsync("good"u8.ToArray());
        await listener.ReceivedAsync(2);
        listener.Failures.ShouldBeEmpty();
        await site.Rabbit.CtlAsync("delete_user", Poor);
    }
}
