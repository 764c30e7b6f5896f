using System.Globalization;

namespace Towncrier.EndToEnd.Promises;

/// <summary>
/// Clients that ask for pages at random, and senders that change pages and purge them by URL, tag and wildcard, hard and
/// soft. A message has many values; each counts as a purge.
/// </summary>
internal sealed class FreshRun(Stage stage, FreshSite site, FreshJudge judge, int seed)
{
    private const int Clients = 24;
    private const int Senders = 3;
    private const int ValuesPerMessage = 24;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300); // between a sender's messages
    private static readonly string[] Languages = ["de", "en", "fr"];

    private long _purges;

    public long Purges => Volatile.Read(ref _purges);

    public async Task RunAsync(long purges)
    {
        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(i => BrowseAsync(new Random(seed + i), end.Token)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(i => SendAsync(new Random(seed - 1 - i), purges)));
        await end.CancelAsync();
        await Task.WhenAll(clients);
    }

    private async Task BrowseAsync(Random random, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var page = random.Next(FreshSite.Pages);
            var language = Languages[random.Next(Languages.Length)];
            var least = judge.Least(page);
            var reply = await stage.GetAsync(FreshSite.PathOf(page), ("Accept-Language", language));
            reply.Status.ShouldBe(200);
            judge.Judge(page, least, int.Parse(reply.Body, CultureInfo.InvariantCulture), reply.CacheStatus);
        }
    }

    private async Task SendAsync(Random random, long purges)
    {
        using var pace = new PeriodicTimer(Pace);
        while (Purges < purges)
        {
            var (command, values, pages) = Choose(random);
            var bumped = pages.Select(page => (Page: page, Version: site.Bump(page))).ToArray();
            await stage.Agent.AppliedAsync(new { command, value = values, mode = random.Next(2) == 0 ? "soft" : "hard" });
            foreach (var (page, version) in bumped) judge.Applied(page, version);
            Interlocked.Add(ref _purges, values.Length);
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private static (string Command, string[] Values, IEnumerable<int> Pages) Choose(Random random)
    {
        var all = Enumerable.Range(0, FreshSite.Pages);
        switch (random.Next(10))
        {
            case 0:
                var tags = Draw(random, FreshSite.Tags, 5);
                return ("xkey", [.. tags.Select(tag => $"tag{tag}")], all.Where(page => tags.Contains(page % FreshSite.Tags)));
            case 1:
                var groups = Draw(random, FreshSite.Groups, 3);
                return ("wildcard", [.. groups.Select(group => $"/group{group}/*")], all.Where(page => groups.Contains(page % FreshSite.Groups)));
            default:
                var pages = Draw(random, FreshSite.Pages, ValuesPerMessage);
                return ("purge", [.. pages.Select(FreshSite.PathOf)], pages);
        }
    }

    private static HashSet<int> Draw(Random random, int below, int count)
    {
        var drawn = new HashSet<int>();
        while (drawn.Count < count) drawn.Add(random.Next(below));
        return drawn;
    }
}
