using System.Net.Sockets;
using System.Security.Authentication;
using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Towncrier.Providers.MassTransit.Wire;

/// <summary>Says what a failure means and what to do about it. No message of RabbitMQ's or MassTransit's holds a password, and none of ours does.</summary>
internal static class RabbitErrors
{
    /// <summary>Failures of the broker, of the way to it, and of MassTransit about them.</summary>
    public static bool IsBroker(Exception e) =>
        e is RabbitMQClientException or MassTransitException or IOException or SocketException or TimeoutException or AuthenticationException or ObjectDisposedException
        || e is AggregateException { InnerExceptions: [var only] } && IsBroker(only);

    public static IOException Translate(Exception e, RabbitAddress address, string doing)
    {
        if (e is IOException { Data: var data } ours && data.Contains(Ours)) return ours;
        return Own($"RabbitMQ at {address.Where}: {doing} failed: {Words(e, address)}", e);
    }

    /// <summary>An exception that <see cref="Translate"/> leaves as it is.</summary>
    public static IOException Own(string message, Exception? inner = null)
    {
        var own = new IOException(message, inner);
        own.Data[Ours] = true;
        return own;
    }

    private const string Ours = "towncrier";

    private static string Words(Exception e, RabbitAddress address)
    {
        var chain = Chain(e).ToList();
        if (chain.OfType<AuthenticationFailureException>().Any())
            return $"the login of user '{address.User}' was refused; check user and password, in the URL or the password_file";
        if (chain.OfType<OperationInterruptedException>().FirstOrDefault(one => one.ShutdownReason is not null) is { } interrupted)
            return Closed(interrupted.ShutdownReason!.ReplyCode, interrupted.ShutdownReason.ReplyText, address);
        if (chain.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
            return $"TLS: {tls.Message} Check the server's name and certificate, and name its authority by ?ca=FILE";
        if (chain.OfType<SocketException>().FirstOrDefault() is { } socket) return $"{socket.Message}; check the address, and that the broker runs";
        if (chain.OfType<PossibleAuthenticationFailureException>().Any()) return $"it closed the connection while user '{address.User}' logged in; check the user, and whether it may use the virtual host '{address.VirtualHost}'";
        if (chain.Any(one => one is TimeoutException)) return "no answer in time";
        return chain[^1].Message;
    }

    /// <summary>A reason by which RabbitMQ closed a channel or a connection.</summary>
    public static string Closed(ushort code, string text, RabbitAddress address) => code switch
    {
        403 when text.Contains("exclusive", StringComparison.Ordinal) => $"{text}: another reader has this queue. Give each agent a name of its own; after a crash, wait for the broker to notice",
        403 => $"{text}: allow it by 'rabbitmqctl set_permissions -p {address.VirtualHost} {address.User} CONFIGURE WRITE READ', each a pattern such as '^(towncrier-.*|Towncrier:.*)$'",
        405 => $"{text}: another connection has this queue; give each agent a name of its own",
        406 when text.Contains("inequivalent", StringComparison.Ordinal) => $"{text}: it was made with other settings. Set them back, or delete it and have a gap",
        530 => $"{text}: make the virtual host '{address.VirtualHost}' by 'rabbitmqctl add_vhost', and let '{address.User}' in by 'rabbitmqctl set_permissions'",
        _ => text,
    };

    private static IEnumerable<Exception> Chain(Exception e)
    {
        for (var one = e; one is not null; one = one is AggregateException { InnerExceptions: [var first, ..] } ? first : one.InnerException) yield return one;
    }
}
