using Towncrier.Host.Configuring.Yaml;
using Towncrier.Providers.MassTransit;

namespace Towncrier.Host.Configuring.Fleet;

/// <summary>The <c>masstransit:</c> sections of sources, publishers and receipts.</summary>
internal static class MassTransitSections
{
    private const string UrlExample = "Write 'rabbitmq: \"amqp://USER@HOST/VHOST\"' and 'password_file: FILE', or 'amqps://..' for TLS";

    /// <summary>A source; null when it cannot be used, with a problem added.</summary>
    /// <param name="host">This agent's name, for the queue it makes.</param>
    public static SourceInput? Source(YamlSection section, string host, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var (address, password) = (Address(section, problems), Password(section, problems));
        var defaults = new MassTransitSourceOptions { Address = address! };
        var options = defaults with
        {
            Password = password,
            Endpoint = Endpoint(section, problems),
            Fleet = section.Text("fleet")?.Value ?? defaults.Fleet,
            Host = host,
            Window = Numbers.Whole(section, "window", defaults.Window, problems),
            Expires = Numbers.Duration(section, "expires", defaults.Expires, problems),
        };
        var gap = GapSetting.Read(section, problems);
        section.Finish();
        if (address is null || problems.Count > before) return null;
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, "Correct it")));
        return problems.Count > before ? null : MassTransitInputs.Source(options, gap);
    }

    /// <inheritdoc cref="Source"/>
    public static PublisherInput? Publisher(YamlSection section, List<ConfigProblem> problems) => Publisher(section, isReceipts: false, problems);

    /// <summary>A fanout exchange that agents send to, and from which each publisher that waits has a copy.</summary>
    public static PublisherInput? Receipts(YamlSection section, List<ConfigProblem> problems) => Publisher(section, isReceipts: true, problems);

    private static PublisherInput? Publisher(YamlSection section, bool isReceipts, List<ConfigProblem> problems)
    {
        var before = problems.Count;
        var (address, password) = (Address(section, problems), Password(section, problems));
        var defaults = new MassTransitPublisherOptions { Address = address! };
        var options = defaults with
        {
            Password = password,
            Exchange = isReceipts ? section.Text("exchange")?.Value ?? MassTransitInputs.ReceiptsExchange : null,
            Timeout = Numbers.Duration(section, "timeout", defaults.Timeout, problems),
        };
        section.Finish();
        if (address is null || problems.Count > before) return null;
        problems.AddRange(options.Problems().Select(what => new ConfigProblem(section.Where, what, "Correct it")));
        return problems.Count > before ? null : MassTransitInputs.Publisher(options);
    }

    // The URL may hold a password, and is in no problem.
    private static RabbitAddress? Address(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Text("rabbitmq") is not { } url)
        {
            problems.Add(new ConfigProblem(section.Where, "a masstransit has no rabbitmq, and RabbitMQ is the transport it knows", UrlExample));
            return null;
        }

        if (RabbitAddress.TryParse(url.Value, out var address, out var problem)) return address;
        problems.Add(new ConfigProblem(url.Where, "rabbitmq: " + problem, UrlExample));
        return null;
    }

    private static EndpointKind Endpoint(YamlSection section, List<ConfigProblem> problems)
    {
        if (section.Text("endpoint") is not { } text) return EndpointKind.Durable;
        if (text.Value is "durable" or "temporary") return text.Value == "durable" ? EndpointKind.Durable : EndpointKind.Temporary;
        problems.Add(new ConfigProblem(text.Where, $"endpoint '{text.Value}' is not known", "Write durable, whose queue keeps messages while the agent is away, or temporary"));
        return EndpointKind.Durable;
    }

    private static string? Password(YamlSection section, List<ConfigProblem> problems)
        => section.Text("password_file") is { } file ? SecretFile.Read(file, "password", problems) : null;
}
