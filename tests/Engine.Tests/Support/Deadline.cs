namespace Towncrier.Engine.Tests.Support;

/// <summary>Waiting for what must come, and not for ever.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static Task Within(this Task task) => task.WaitAsync(Longest, TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Longest, TestContext.Current.CancellationToken);
}
