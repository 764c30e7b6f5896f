namespace Towncrier.Providers.Redis.Wire;

/// <summary>What it takes to open a connection.</summary>
/// <param name="Password">Instead of the address's, when not null.</param>
/// <param name="ConnectTimeout">For all of connecting, TLS and logging in.</param>
/// <param name="ReplyTimeout">Longest wait for an answer that Redis does not delay.</param>
internal sealed record DialOptions(RedisAddress Address, string? Password, TimeSpan ConnectTimeout, TimeSpan ReplyTimeout)
{
    public string? EffectivePassword => Password ?? Address.Password;

    public string EffectiveUser => Address.User ?? "default";
}
