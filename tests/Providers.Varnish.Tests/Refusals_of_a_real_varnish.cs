namespace Towncrier.Providers.Varnish.Tests;

public sealed class Refusals_of_a_real_varnish
{
    [Fact]
    public async Task Who_is_not_in_the_acl_is_told_so()
    {
        await using var site = await Site.StartAsync(port => VarnishVcl.Original(port, "\"192.0.2.1\";"));
        foreach (var command in (InvalidationCommand[])[InvalidationCommand.Purge, InvalidationCommand.BanUrl])
        {
            var failure = (await site.ApplyAsync(command, "a.org", "/x")).Failures.ShouldHaveSingleItem();
            failure.Error.ShouldContain("405 Method not allowed");
            failure.Error.ShouldContain("acl");
            failure.Retry.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_wrong_expression_is_told_where_the_vcl_asks_and_the_one_that_kills_is_not_sent()
    {
        await using var site = await Site.StartAsync(VarnishVcl.WithBanErrors);
        await site.WarmAsync("a.org/1");
        var report = await site.ApplyAsync(InvalidationCommand.Ban, null, "req.url == /1", "obj.foo == 1", "req.url ~ (", "obj.http. == x");
        report.Applied.ShouldBe(1);
        report.Failures.Select(f => f.Value).ShouldBe(["obj.foo == 1", "req.url ~ (", "obj.http. == x"]);
        report.Failures[0].Error.ShouldContain("400 Unknown or unsupported field \"obj.foo\"");
        report.Failures[2].Error.ShouldContain("crash");
        report.Failures.ShouldAllBe(f => !f.Retry);
        (await site.GoneAsync("a.org/1")).ShouldBe(["a.org/1"]);
    }

    [Fact]
    public async Task A_varnish_that_stands_still_is_given_up_and_works_again_later()
    {
        await using var origin = RawHttpPeer.Start(_ => RawReply.Ok);
        await using var varnish = await VarnishServer.StartAsync(VarnishVcl.Original(origin.Port));
        using var target = Site.New(new VarnishOptions { Url = varnish.Url, Timeout = TimeSpan.FromMilliseconds(300), Tries = 2 });
        var message = new Invalidation { Command = InvalidationCommand.Purge, Host = "a.org", Values = ["/1"] };
        varnish.Freeze();
        var failure = (await target.ApplyAsync(message, TestContext.Current.CancellationToken)).Failures.ShouldHaveSingleItem();
        failure.Error.ShouldContain("no response within 0.3 s (tried 2 times)");
        failure.Retry.ShouldBeTrue();
        varnish.Thaw();
        (await target.ApplyAsync(message, TestContext.Current.CancellationToken)).Applied.ShouldBe(1);
    }
}
