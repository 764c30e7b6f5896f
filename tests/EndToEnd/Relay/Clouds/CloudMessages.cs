namespace Towncrier.EndToEnd.Relay.Clouds;

/// <summary>Numbered messages, published in turn in each place.</summary>
internal sealed class CloudMessages(int count)
{
    private int _next;

    /// <summary>The pages that the first messages purge.</summary>
    public static IReadOnlyList<string> Uris(int pages) => [.. Enumerable.Range(0, pages).Select(Uri)];

    public async Task PublishAsync(CloudSite site, int most)
    {
        var end = Math.Min(count, _next + most);
        var clouds = site.Clouds.Values.ToList();
        var shares = Enumerable.Range(_next, end - _next).GroupBy(number => clouds[number % clouds.Count]);
        _next = end;
        foreach (var share in shares) await share.Key.PublishAsync([.. share.Select(Message)]);
    }

    private static string Uri(int number) => $"/page/{number}";

    private static string Message(int number) => $$"""{"command":"purge","host":"{{CloudHosts.Site}}","value":["{{Uri(number)}}"],"id":"m-{{number}}"}""";
}
