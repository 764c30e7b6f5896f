using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Towncrier.Providers.Http.Tests;

public sealed class BodyTests
{
    private const string Head = "POST /v1/invalidations HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nConnection: close\r\n";
    private static readonly HttpSourceOptions Small = new() { MaxBodyBytes = 2000 };

    [Fact]
    public async Task The_largest_body_is_taken_and_one_byte_more_is_not()
    {
        await using var site = await Site.StartAsync(Small);
        var answer = site.PostAsync("{}".PadRight(2000));
        await (await site.NextAsync()).ApplyAsync("a");
        await answer.ShouldBeAsync(HttpStatusCode.Accepted);
        (await site.PostAsync("{}".PadRight(2001)).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge)).Text("reason").ShouldBe("oversized");
    }

    [Fact]
    public async Task A_chunked_body_is_read_and_bounded_too()
    {
        await using var site = await Site.StartAsync(Small);
        var answer = site.RawAsync(Head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n");
        var delivery = await site.NextAsync();
        delivery.Text().ShouldBe("{}");
        await delivery.ApplyAsync("a");
        (await answer).ShouldStartWith("HTTP/1.1 202 ");

        var chunk = $"200\r\n{new string(' ', 0x200)}\r\n";
        var oversized = await site.RawAsync(Head + "Transfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 4)));
        oversized.ShouldStartWith("HTTP/1.1 413 ");
        oversized.ShouldContain("\"reason\":\"oversized\"");
    }

    [Fact]
    public async Task A_body_of_nonsense_chunks_is_refused()
    {
        await using var site = await Site.StartAsync();
        var answer = await site.RawAsync(Head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
        answer.ShouldStartWith("HTTP/1.1 400 ");
        answer.ShouldContain("application/problem+json");
    }

    [Fact]
    public async Task Half_a_body_is_no_message()
    {
        await using var site = await Site.StartAsync();
        using (var client = await site.ConnectAsync(Head + "Content-Length: 100\r\n\r\n{\"command\":\"all\"}"))
        {
            client.Client.Shutdown(SocketShutdown.Send);
            await ClosedAsync(client.Client);
        }

        var answer = site.PostAsync("""{"command":"key"}""");
        var next = await site.NextAsync();
        next.Text().ShouldBe("""{"command":"key"}""");
        await next.ApplyAsync("a");
        await answer.ShouldBeAsync(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_client_that_goes_away_does_not_take_its_message_back()
    {
        await using var site = await Site.StartAsync();
        var body = """{"command":"all"}""";
        var client = await site.ConnectAsync(Head.Replace("ions HTTP", "ions?wait=true HTTP", StringComparison.Ordinal)
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        var delivery = await site.NextAsync();
        client.Client.LingerState = new LingerOption(true, 0); // A reset, not a polite end.
        client.Dispose();
        await delivery.ApplyAsync("a");
        var answer = site.PostAsync(body);
        await (await site.NextAsync()).ApplyAsync("b");
        (await answer.ShouldBeAsync(HttpStatusCode.Accepted)).Text("id").ShouldBe("b");
    }

    /// <summary>Waits until the server has ended the connection, in whichever way, whatever it said before.</summary>
    private static async Task ClosedAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[1024]).WaitAsync(Site.Deadline) > 0) { }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }
}
