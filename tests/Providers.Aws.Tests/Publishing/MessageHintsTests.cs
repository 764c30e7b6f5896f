using System.Text;

namespace Towncrier.Providers.Aws.Tests.Publishing;

/// <summary>What is read of a message for filter policies and FIFO.</summary>
public class MessageHintsTests
{
    [Theory]
    [InlineData("""{"command":"purge","host":"www.example.org","id":"7"}""", "7", "purge", "www.example.org")]
    [InlineData("""{"value":["a",{"id":"no"}],"ID":"7","Command":"ban","x":{"host":"no"}}""", "7", "ban", "")]
    [InlineData("""[{"command":"purge"}]""", "", "", "")]
    [InlineData("""{"command":"purge",""", "", "purge", "")]
    [InlineData("""{"command":1,"host":null}""", "", "", "")]
    [InlineData("", "", "", "")]
    public void Only_the_top_of_the_message_is_read(string body, string id, string command, string host) =>
        MessageHints.Of(Encoding.UTF8.GetBytes(body)).ShouldBe(new MessageHints(id, command, host));

    [Fact]
    public void Attributes_are_short_printable_and_not_empty()
    {
        new MessageHints("1", "purge", "").Attributes().ShouldBe(new Dictionary<string, string> { ["command"] = "purge" });
        new MessageHints("1", "a b", new string('x', 256)).Attributes().ShouldBeEmpty();
        new MessageHints("1", new string('c', 255), new string('x', 255)).Attributes().Sum(one => one.Key.Length + 6 + one.Value.Length).ShouldBeLessThanOrEqualTo(MessageHints.MostBytes);
    }

    [Fact]
    public void The_deduplication_id_is_the_id_or_a_digest_that_stays_the_same()
    {
        new MessageHints("abc-1", "", "").TransportId("x"u8).ShouldBe("abc-1");
        new MessageHints(new string('i', 129), "", "").TransportId("x"u8).ShouldBe(new MessageHints(new string('i', 129), "", "").TransportId("y"u8));
        new MessageHints("", "", "").TransportId("x"u8).ShouldNotBe(new MessageHints("", "", "").TransportId("y"u8));
        new MessageHints("ü", "", "").TransportId("x"u8).Length.ShouldBe(64);
    }

    [Fact]
    public void Junk_is_no_trouble()
    {
        var random = new Random(11);
        var body = new byte[200];
        for (var i = 0; i < 5_000; i++)
        {
            random.NextBytes(body);
            if (i % 2 == 0) "{\"id\":\""u8.CopyTo(body);
            MessageHints.Of(body.AsSpan(0, random.Next(body.Length))).ShouldNotBeNull();
        }
    }
}
