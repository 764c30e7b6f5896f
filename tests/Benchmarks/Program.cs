using System.Globalization;
using Towncrier.Benchmarks;

int Number(int at) => int.Parse(args[at], CultureInfo.InvariantCulture);

switch (args.FirstOrDefault())
{
    case ScanBench.Child:
        ScanBench.Answer(args[1], Number(2), Number(3));
        return 0;
    case MemoryBench.Child:
        MemoryBench.Answer(Number(1));
        return 0;
    case IdleBench.Child:
        IdleBench.Answer(args[1], Number(2), Number(3), args[4] == "governed");
        return 0;
}

var options = BenchOptions.Parse(args, ["scan", "memory", "find", "watcher", "purge", "idle", "redis", "aws", "azure", "relay", "store"]);
if (options is null) return 2;
using var place = new Workplace(options);
using var figures = new Figures(options.Json is { } file ? new StreamWriter(file) : null);
if (options.Wants("scan")) ScanBench.Run(options, place, figures);
if (options.Wants("memory")) MemoryBench.Run(options, figures);
if (options.Wants("find")) new FindBench(options, place, figures).Run();
if (options.Wants("watcher")) new WatcherBench(options, place, figures).Run();
if (options.Wants("purge")) new PurgeBench(options, place, figures).Run();
if (options.Wants("idle")) IdleBench.Run(options, place, figures);
if (options.Wants("redis")) await new RedisBench(options, place, figures).RunAsync();
if (options.Wants("aws")) await new AwsBench(options, place, figures).RunAsync();
if (options.Wants("azure")) await new AzureBench(options, figures).RunAsync();
if (options.Wants("relay")) await new RelayBench(options, figures).RunAsync();
if (options.Wants("store")) await new StoreBench(options, place, figures).RunAsync();
return 0;
