namespace Towncrier.EndToEnd.Promises;

/// <summary>Waits for points in time that the promises speak of. The clock is the signal.</summary>
internal static class Moment
{
    /// <summary>For what the agent does when a fence ends, on a busy machine.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(300);

    public static DateTimeOffset Now => DateTimeOffset.UtcNow;

    public static Task PassesAsync(DateTimeOffset moment) =>
        Eventually.TrueAsync(() => Now > moment, $"it is {moment:O}", moment - Now + Eventually.Deadline);

    /// <summary>The fence of what was applied at <paramref name="applied"/> has ended and done its work.</summary>
    public static Task FenceEndsAsync(DateTimeOffset applied, int seconds) =>
        PassesAsync(applied + TimeSpan.FromSeconds(seconds) + Slack);

    /// <summary>nginx's clock, which counts whole seconds, shows a later second than now.</summary>
    public static Task NextSecondAsync() => PassesAsync(DateTimeOffset.FromUnixTimeSeconds(Now.ToUnixTimeSeconds() + 1) + TimeSpan.FromMilliseconds(50));
}
