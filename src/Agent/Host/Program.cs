using Towncrier.Host;

return await new CommandLine(Console.Out, Console.Error, TimeProvider.System).RunAsync(args).ConfigureAwait(false);
