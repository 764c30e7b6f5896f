using Towncrier.Samples.Publishers;

// dotnet run -- towncrier redis://127.0.0.1:6379/0
// dotnet run -- stackexchange 127.0.0.1:6379
switch (args)
{
    case ["towncrier", var url]:
        await WithTowncrier.PublishAsync(url, CancellationToken.None);
        return 0;
    case ["stackexchange", var configuration]:
        await WithStackExchange.PublishAsync(configuration);
        return 0;
    default:
        await Console.Error.WriteLineAsync("towncrier URL, or stackexchange HOST:PORT");
        return 2;
}
