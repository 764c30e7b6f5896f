using Towncrier.Providers.Aws.Queues;

namespace Towncrier.Providers.Aws.Tests.Queues;

public class NameTests
{
    [Theory]
    [InlineData("www", "cache-1", false, "towncrier-www-cache-1")]
    [InlineData("www", "cache-1", true, "towncrier-www-cache-1.fifo")]
    [InlineData("w.w", "cache_1.example.org", false, "towncrier-w-w-cache_1-example-org")]
    [InlineData("www", "zürich 1", false, "towncrier-www-z-rich-1")]
    public void A_name_says_fleet_and_host(string fleet, string host, bool isFifo, string name) => QueueName.Of(fleet, host, isFifo).ShouldBe(name);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_long_name_is_cut_and_stays_unique(bool isFifo)
    {
        var hosts = Enumerable.Range(0, 1000).Select(i => new string('h', 100) + i).ToList();
        string[] names = [.. hosts.Select(host => QueueName.Of("www", host, isFifo))];
        names.ShouldAllBe(name => name.Length == 80 && name.StartsWith("towncrier-www-hhh", StringComparison.Ordinal));
        names.ShouldAllBe(name => name.EndsWith(".fifo", StringComparison.Ordinal) == isFifo);
        names.Distinct().Count().ShouldBe(1000);
        QueueName.Of("www", hosts[7], isFifo).ShouldBe(names[7], "the same at the next start");
    }

    [Theory]
    [InlineData(80, false)]
    [InlineData(81, true)]
    public void Only_a_name_that_is_too_long_is_cut(int length, bool isCut)
    {
        var host = new string('h', length - "towncrier-www-".Length);
        (QueueName.Of("www", host, isFifo: false) != "towncrier-www-" + host).ShouldBe(isCut);
    }
}
