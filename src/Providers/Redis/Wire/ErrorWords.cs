namespace Towncrier.Providers.Redis.Wire;

/// <summary>Says what an error of Redis means for whoever runs the agent, and what to do. Never holds a password.</summary>
internal static class ErrorWords
{
    /// <summary>Longest part of Redis's own words that is passed on.</summary>
    private const int MaxQuoted = 300;

    /// <param name="error">Redis's own words.</param>
    /// <param name="command">What was asked.</param>
    /// <param name="where">The server, as <c>host:port</c>.</param>
    /// <param name="user">The ACL user; <c>default</c> when none is named.</param>
    public static string For(string error, RespCommand command, string where, string user)
    {
        var said = Clip(error);
        var what = error.Split(' ', 2)[0] switch
        {
            "WRONGPASS" => $"the password of user {user} is wrong, or the user does not exist or is off; check the URL's user and password",
            "NOAUTH" => "it wants a password and none is set; put it into the URL (redis://user:password@host) or the password option",
            "NOPERM" => Permission(error, command, user),
            "LOADING" => "it is still loading its data; it is asked again",
            "READONLY" => $"it is a read-only replica, and {command.Name} needs the master; give the master's address, or the sentinels'",
            "MISCONF" => "it refuses writes because it cannot save its data; see its log, its disk, and stop-writes-on-bgsave-error",
            "MASTERDOWN" => "it is a replica that has lost its master and may not answer with old data",
            "WRONGTYPE" => $"the key {command.Target} is no stream; give another stream, or delete the key",
            "OOM" => "it has reached its maxmemory and takes no writes; see maxmemory and the stream's maximum length",
            "CLUSTERDOWN" => "its cluster is down, or a slot has no node",
            "NOREPLICAS" => "it has fewer good replicas than min-replicas-to-write, and takes no writes",
            "UNBLOCKED" => "its role has changed",
            "ERR" when command.Name == "SELECT" => $"it has no database {command.Target}; a cluster has only 0",
            "ERR" when command.Name == "AUTH" => "it does not take this password; a server older than Redis 6 knows no users, only a password",
            _ => "",
        };
        return what.Length == 0 ? $"Redis at {where} answered {command.Name} with: {said}" : $"Redis at {where}: {what} ({command.Name}: {said})";
    }

    private static string Permission(string error, RespCommand command, string user)
    {
        var rule = command.Name switch
        {
            "SUBSCRIBE" or "PUBLISH" => $"+{command.Name.ToLowerInvariant()} &{command.Target}",
            "PSUBSCRIBE" => $"+psubscribe &{command.Target}",
            "XREAD" or "XRANGE" or "XADD" => $"+{command.Name.ToLowerInvariant()} ~{command.Target}",
            "XINFO" => $"+xinfo|stream ~{command.Target}",
            _ => "+" + command.Name.ToLowerInvariant(),
        };
        var about = error.Contains("channel", StringComparison.Ordinal) ? $" on channel {command.Target}"
            : error.Contains("key", StringComparison.Ordinal) ? $" on key {command.Target}" : "";
        var hint = command.Name == "PSUBSCRIBE" ? "; PSUBSCRIBE needs the very pattern in the ACL, one that covers it is not enough" : "";
        return $"user {user} may not run {command.Name}{about}; allow it with: ACL SETUSER {user} {rule}{hint}";
    }

    // An unknown command is answered with its arguments, and a password may be one of them.
    private static string Clip(string text)
    {
        var args = text.IndexOf(", with args beginning with", StringComparison.Ordinal);
        return Shorten(args < 0 ? text : text[..args]);
    }

    private static string Shorten(string text) => text.Length <= MaxQuoted ? text : string.Concat(text.AsSpan(0, MaxQuoted), "...");
}
