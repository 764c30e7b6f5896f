namespace Towncrier.Providers.Redis.Tests;

public sealed class OptionsTests
{
    private static readonly RedisAddress Address = Make.Address("redis://host");

    [Fact]
    public void The_defaults_have_no_problem()
    {
        new RedisSourceOptions { Address = Address, Channels = ["a"], Stream = "s" }.Problems().ShouldBeEmpty();
        new RedisPublisherOptions { Address = Address, Channel = "a", Stream = "s" }.Problems().ShouldBeEmpty();
    }

    [Fact]
    public void Every_problem_of_a_source_is_listed() => new RedisSourceOptions
    {
        Address = Address,
        Channels = ["", "a", "a"],
        Stream = "a",
        Heartbeat = TimeSpan.FromMilliseconds(1),
        ReadTimeout = TimeSpan.FromMilliseconds(1),
        ConnectTimeout = TimeSpan.Zero,
        MaxBufferedBytes = 0,
        Window = 0,
    }.Problems().Count().ShouldBe(8);

    [Fact]
    public void What_is_shown_of_them_holds_no_password()
    {
        var address = Make.Address("redis://user:secret@host");
        new RedisSourceOptions { Address = address, Channels = ["a"], Password = "secret" }.ToString().ShouldBe("redis://host:6379/0: a ");
        new RedisPublisherOptions { Address = address, Stream = "s", Password = "secret" }.ToString().ShouldBe("redis://host:6379/0:  s");
    }

    [Fact]
    public void A_source_reads_something() => new RedisSourceOptions { Address = Address }.Problems().ShouldHaveSingleItem().ShouldContain("channels or a stream");

    [Fact]
    public void Every_problem_of_a_publisher_is_listed() => new RedisPublisherOptions
    {
        Address = Address,
        Channel = "",
        Stream = "",
        MaxLength = -1,
        ConnectTimeout = TimeSpan.Zero,
        ReplyTimeout = TimeSpan.Zero,
        MaxBytes = 0,
    }.Problems().Count().ShouldBe(6);

    [Fact]
    public void Traits_and_labels_follow_from_what_is_read()
    {
        var both = Make.Source("redis://host", "s", "a", "b*");
        both.Channels.ShouldBe(["redis:a", "redis:b*", "redis:s"]);
        both.Traits.ShouldBe(new SourceTraits(Settles: true, Replays: false));
        Make.Source("redis://host", "s").Traits.ShouldBe(new SourceTraits(Settles: true, Replays: true));
        Make.Publisher("redis://host", "a", "s").Name.ShouldBe("redis:a+s");
    }
}
