using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests;

public sealed class InvalidationBuilderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 21, 0, 0, 123, TimeSpan.Zero);

    private static readonly StoppedClock Clock = new();

    [Fact]
    public void Everything_said_is_in_every_message()
    {
        var messages = new InvalidationBuilder { Source = "cms", DryRun = true, ScopedToHost = true }
            .OnHost("www.example.org").Soft().ExpiresAfter(TimeSpan.FromMinutes(5)).To("region", "eu-west-1", "eu-west-2")
            .PurgeUrl("/a").PurgeTags("t 1").PurgePrefix("/p/").PurgeUrl("/b", "https://www.example.org/c").PurgeWildcard("/*.jpg")
            .PurgeKey("httpGETx").PurgeHost("*.example.org").BanUrl("^/x").Ban("obj.status == 404").PurgeAll().Build(clock: Clock);
        messages.Select(message => message.Command).ShouldBe(
            [InvalidationCommand.Purge, InvalidationCommand.Xkey, InvalidationCommand.Prefix, InvalidationCommand.Wildcard, InvalidationCommand.Key,
                InvalidationCommand.Host, InvalidationCommand.BanUrl, InvalidationCommand.Ban, InvalidationCommand.All]);
        messages[0].Values.ShouldBe(["/a", "/b", "https://www.example.org/c"]);
        messages[^1].Values.ShouldBeEmpty();
        messages.Select(message => message.Id).ShouldBeUnique();
        foreach (var message in messages)
        {
            Guid.ParseExact(message.Id!, "N").Version.ShouldBe(7);
            (message with { Id = null, Values = [], Audience = message.Audience, Command = InvalidationCommand.All }).ShouldBe(new Invalidation
            {
                Command = InvalidationCommand.All,
                Values = [],
                Host = "www.example.org",
                Source = "cms",
                Mode = PurgeMode.Soft,
                DryRun = true,
                ScopedToHost = true,
                Issued = Now,
                Expires = Now.AddMinutes(5),
                Audience = message.Audience,
            });
            message.Audience["region"].ShouldBe(["eu-west-1", "eu-west-2"]);
            InvalidationJson.TryDecode(InvalidationJson.Encode(message), WireLimits.Default, out _, out var refusal).ShouldBeTrue(refusal.Message);
        }
    }

    [Fact]
    public void Nothing_said_is_no_message() => new InvalidationBuilder { Host = "h" }.Build().ShouldBeEmpty();

    [Fact]
    public void Values_are_split_so_that_each_message_fits_with_a_signature()
    {
        var limits = new WireLimits { MaxBytes = 2000, MaxValues = 100 };
        string[] values = [.. Enumerable.Range(0, 1000).Select(i => $"/ü\"\\{new string('x', i % 50)}{i}")];
        var messages = new InvalidationBuilder { Host = "www.example.org" }.PurgeUrl(values).Build(limits, Clock);
        messages.SelectMany(message => message.Values).ShouldBe(values);
        var sizes = messages.Select(message => InvalidationJson.Encode(message).Length).ToList();
        sizes.ShouldAllBe(size => size <= 2000 - 1024);
        sizes.Take(sizes.Count - 1).ShouldAllBe(size => size > 2000 - 1024 - 75); // None has room for one more.
        messages.Select(message => message.Id).ShouldBeUnique();
        MessageSignature.Sign(messages[0], new string('k', 200), new byte[32]).Length.ShouldBeLessThanOrEqualTo(2000);
        var short100 = new InvalidationBuilder().PurgeTags(Enumerable.Range(0, 250).Select(i => $"t{i}")).Build(limits with { MaxBytes = 100_000 });
        short100.Select(message => message.Values.Count).ShouldBe([100, 100, 50]);
    }

    [Fact]
    public void What_cannot_be_meant_is_told_when_it_is_added()
    {
        var builder = new InvalidationBuilder();
        Told(() => builder.PurgeUrl("/good", "news/42"), "purge \"news/42\": the value is neither a path");
        Told(() => builder.PurgeTags(" "), "xkey \" \": the value holds no tag");
        Told(() => builder.PurgePrefix(""), "the value is empty");
        Told(() => builder.PurgeKey("a\nb"), "CR, LF or NUL");
        Told(() => builder.PurgeHost("http://h"), "slash");
        Told(() => builder.BanUrl(new string('x', 33_000)), "33000 bytes");
        Told(() => builder.PurgeUrl("/\ud800"), "half a surrogate pair");
        Told(() => builder.OnHost("a b"), "\"a b\" holds white space");
        Told(() => builder.Source = new string('s', 201), "has 201 characters");
        Told(() => builder.To("", "v"), "has 0 characters");
        Told(() => builder.To("l"), "nobody would be meant");
        Told(() => builder.To("l", "a\tb"), "has a value that holds a character");
        Told(() => builder.To("l", [.. Enumerable.Repeat("v", 33)]), "more than 32 values");
        for (var i = 0; i < 16; i++) builder.To($"l{i}", "v");
        builder.To("l0", "w");
        Told(() => builder.To("l16", "v"), "one label too many");
        Should.Throw<ArgumentOutOfRangeException>(() => builder.ExpiresAfter(TimeSpan.Zero));
        Told(() => builder.Build(new WireLimits { MaxBytes = 1200 }), "purge \"/good\" does not fit into a message of 1200 bytes");
        builder.ExpiresAfter(TimeSpan.MaxValue).Build(clock: Clock).ShouldHaveSingleItem().Expires.ShouldBe(DateTimeOffset.MaxValue);
    }

    private static void Told(Action act, string words) => Should.Throw<ArgumentException>(act).Message.ShouldContain(words);

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
