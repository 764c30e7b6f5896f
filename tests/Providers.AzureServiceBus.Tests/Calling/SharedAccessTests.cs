using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Tests.Calling;

public class SharedAccessTests
{
    // printf 'https%%3A%%2F%%2Fcontoso.servicebus.windows.net%%2Ftowncrier\n1438205742' | openssl dgst -sha256 -hmac 'the-key=' -binary | base64
    private const string Signature = "nIDQi/HXBtYbJbfQthE4FW4uDbqyO3ya8FgCvgxULAU=";

    [Theory]
    [InlineData("https://contoso.servicebus.windows.net/towncrier")]
    [InlineData("https://Contoso.servicebus.windows.net/Towncrier/")]
    public void A_token_is_signed_as_openssl_signs_it(string resource) =>
        SharedAccess.Sign(new Uri(resource), "the rule", "the-key=", DateTimeOffset.FromUnixTimeSeconds(1438205742)).ShouldBe(
            $"SharedAccessSignature sr=https%3A%2F%2Fcontoso.servicebus.windows.net%2Ftowncrier&sig={Uri.EscapeDataString(Signature)}&se=1438205742&skn=the%20rule");

    [Fact]
    public async Task A_token_is_used_until_half_of_its_life_is_over_and_is_for_its_entity()
    {
        await using var site = await Site.StartAsync();
        var clock = new MovableClock();
        using var caller = new BrokerCaller(site.Address, TimeSpan.FromMilliseconds(1), clock);
        var calls = new MessageCalls(caller);
        for (var i = 0; i < 3; i++)
        {
            await calls.ReceiveAsync("t/subscriptions/s", TimeSpan.Zero, Eventually.Deadline, TestContext.Current.CancellationToken);
            if (i == 1) clock.Now += TimeSpan.FromMinutes(31);
        }

        var tokens = site.Azure.Requests.Select(request => request.Header("Authorization")!).ToList();
        tokens[1].ShouldBe(tokens[0]);
        tokens[2].ShouldNotBe(tokens[0]);
        tokens.ShouldAllBe(token => token.Contains("%2Ft%2Fsubscriptions%2Fs&", StringComparison.Ordinal));
    }

    private sealed class MovableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
