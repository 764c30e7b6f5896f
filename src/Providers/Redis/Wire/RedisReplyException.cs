namespace Towncrier.Providers.Redis.Wire;

/// <summary>Redis answered with an error. The message says what to do about it.</summary>
internal sealed class RedisReplyException(string error, string message) : IOException(message)
{
    /// <summary>Redis's own words: <c>MOVED 3999 127.0.0.1:6381</c>.</summary>
    public string Error => error;

    /// <summary>The first of them: <c>MOVED</c>.</summary>
    public string Code => error.Split(' ', 2)[0];
}
