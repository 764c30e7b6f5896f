namespace Towncrier.Providers.AzureServiceBus.Tests;

public sealed class Placeholder
{
    [Fact]
    public void To_be_replaced() => true.ShouldBeTrue();
}
