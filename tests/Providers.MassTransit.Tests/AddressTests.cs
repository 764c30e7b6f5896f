namespace Towncrier.Providers.MassTransit.Tests;

public sealed class AddressTests
{
    [Theory]
    [InlineData("amqp://host", "amqp://host:5672/%2F", "guest", "guest")]
    [InlineData("amqp://host/", "amqp://host:5672/%2F", "guest", "guest")]
    [InlineData("amqp://u:p%40%2F@host:1234/v", "amqp://host:1234/v", "u", "p@/")]
    [InlineData("amqp://u@host/%2Fv", "amqp://host:5672/%2Fv", "u", "")]
    [InlineData("amqps://u:p@host/v?ca=/etc/ca.pem", "amqps://host:5671/v?ca=%2Fetc%2Fca.pem", "u", "p")]
    [InlineData("amqp://[::1]/v", "amqp://[::1]:5672/v", "guest", "guest")]
    public void A_url_is_read_and_shown_without_its_login(string url, string shown, string user, string password)
    {
        var address = Site.Parse(url);
        address.ToString().ShouldBe(shown);
        (address.User, address.Password).ShouldBe((user, password));
        Site.Parse(shown).ToString().ShouldBe(shown);
    }

    [Theory]
    [InlineData(null, "no URL")]
    [InlineData("host", "no URL")]
    [InlineData("redis://h3cret@host", "redis, not amqp")]
    [InlineData("amqp://u:h3cret@host/a/b", "%2F")]
    [InlineData("amqp://u:h3cret@host/v?heartbeat=3", "?ca=FILE")]
    [InlineData("amqp://u:h3cret@host/v?ca=x", "amqps")]
    [InlineData("amqp://u:h3#cret@host/v", "URL")]
    public void What_is_no_address_is_told_without_the_password(string? url, string part)
    {
        RabbitAddress.TryParse(url, out _, out var problem).ShouldBeFalse();
        problem.ShouldContain(part);
        problem.ShouldNotContain("cret");
    }

    [Fact]
    public void A_place_is_the_same_text_for_who_publishes_and_who_listens()
    {
        var (one, two) = (Site.Parse("amqp://a:b@host/v"), Site.Parse("amqp://c:d@host:5672/v"));
        var heard = MassTransitSource.PlaceOf(new MassTransitSourceOptions { Address = one });
        heard.ShouldBe("rabbitmq://host:5672/v/Towncrier:Invalidate");
        MassTransitPublisher.PlaceOf(new MassTransitPublisherOptions { Address = two }).ShouldBe(heard);
        MassTransitPublisher.PlaceOf(new MassTransitPublisherOptions { Address = two, Exchange = "r" }).ShouldNotBe(heard);
    }

    [Fact]
    public void Options_tell_all_that_is_wrong_and_never_the_password()
    {
        var source = new MassTransitSourceOptions { Address = Site.Parse("amqp://u:s3cret@host"), Password = "s3cret", Fleet = "a b", Host = "", Window = 0, Expires = TimeSpan.FromSeconds(1), Exchange = "" };
        source.Problems().Count().ShouldBe(5);
        var publisher = new MassTransitPublisherOptions { Address = source.Address, Password = "s3cret", Exchange = Site.Exchange, Timeout = TimeSpan.Zero };
        publisher.Problems().Count().ShouldBe(2);
        (source.ToString() + publisher).ShouldNotContain("s3cret");
        (source with { Fleet = "f", Host = "h" }).Queue.ShouldBe("towncrier-f-h");
    }
}
