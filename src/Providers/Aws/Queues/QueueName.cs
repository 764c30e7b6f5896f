using System.Security.Cryptography;
using System.Text;

namespace Towncrier.Providers.Aws.Queues;

/// <summary>The names of the queues that agents make: <c>towncrier-FLEET-HOST</c>. Pure.</summary>
internal static class QueueName
{
    /// <summary>As SQS allows, with <c>.fifo</c>.</summary>
    private const int Most = 80;

    private const int HashLength = 8;

    // No host's tag is missing on a host's queue, so a host of this name is told apart from the dead letters by it.
    private const string DeadHost = "dead";

    /// <summary>
    /// What SQS does not take becomes a hyphen. Two hosts may so come to one name: the queue's tags tell whose it is. A name
    /// that is too long is cut, and ends with a hash of the whole.
    /// </summary>
    public static string Of(string fleet, string host, bool isFifo)
    {
        var (suffix, name) = (isFifo ? ".fifo" : "", Prefix(fleet) + Clean(host));
        var most = Most - suffix.Length;
        if (name.Length > most) name = $"{name[..(most - HashLength - 1)]}-{Hash($"{fleet}\n{host}")}";
        return name + suffix;
    }

    /// <summary>The fleet's one dead-letter queue, of every host.</summary>
    public static string DeadLetters(string fleet, bool isFifo) => Of(fleet, DeadHost, isFifo);

    /// <summary>How the names of a fleet's queues begin; those of a fleet whose name goes on behind a hyphen do so too.</summary>
    public static string Prefix(string fleet) => $"towncrier-{Clean(fleet)}-";

    private static string Clean(string text) => new([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')]);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];
}
