using System.Text;
using Towncrier.Providers.AzureServiceBus.Calling;

namespace Towncrier.Providers.AzureServiceBus.Tests.Calling;

/// <summary>Run by other tests in a process of its own, whose environment says who it is: Azure.Identity reads that of the process.</summary>
public sealed class EntraProbe
{
    /// <summary>A file for what happened.</summary>
    public const string FileVariable = "TOWNCRIER_PROBE_FILE";
    public const string AddressVariable = "TOWNCRIER_PROBE_ADDRESS";

    [Fact(Explicit = true)]
    public async Task Sends_and_receives_and_writes_down_what_happened()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var caller = new BrokerCaller(new ServiceBusAddress(new Uri(Environment.GetEnvironmentVariable(AddressVariable)!)), TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var calls = new MessageCalls(caller);
        string said;
        try
        {
            await calls.SendAsync("t", new OutgoingMessage("hello"u8.ToArray(), """{"MessageId":"1"}""", new Dictionary<string, string>()), cancel);
            var received = await calls.ReceiveAsync("t/subscriptions/s", TimeSpan.FromSeconds(5), Eventually.Deadline, cancel);
            said = "received " + Encoding.UTF8.GetString(received!.Message.Body.Span);
        }
        catch (IOException e)
        {
            said = e.Message;
        }

        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable(FileVariable)!, said, cancel);
    }
}
