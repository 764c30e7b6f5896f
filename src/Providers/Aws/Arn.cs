using System.Diagnostics.CodeAnalysis;

namespace Towncrier.Providers.Aws;

/// <summary>The name of one thing at AWS: <c>arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME</c>. Pure.</summary>
internal sealed record Arn(string Partition, string Service, string Region, string Account, string Name)
{
    /// <summary>Of a topic or queue: with a region, an account and a name without colons.</summary>
    public static bool TryParse(string? text, string service, [NotNullWhen(true)] out Arn? arn)
    {
        arn = text?.Split(':') is ["arn", { Length: > 0 } partition, var of, { Length: > 0 } region, { Length: > 0 } account, { Length: > 0 } name] && of == service
            ? new Arn(partition, of, region, account, name)
            : null;
        return arn is not null;
    }

    public bool IsFifo => Name.EndsWith(".fifo", StringComparison.Ordinal);

    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Name}";
}
