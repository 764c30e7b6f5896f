using Towncrier.Providers.Aws.Calling;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>Run by other tests in a process of its own, whose environment says where the keys are: the SDK reads that of the process.</summary>
public sealed class CredentialProbe
{
    /// <summary>A file for what happened; the variables beside it say how to call.</summary>
    public const string FileVariable = "TOWNCRIER_PROBE_FILE";
    public const string ProfileVariable = "TOWNCRIER_PROBE_PROFILE";
    public const string CallsVariable = "TOWNCRIER_PROBE_CALLS";

    public static bool IsAsked => Environment.GetEnvironmentVariable(FileVariable) is not null;

    [Fact(Explicit = true)]
    public async Task Asks_for_a_queue_and_writes_down_what_happened()
    {
        var access = new AwsAccess { Profile = Environment.GetEnvironmentVariable(ProfileVariable) };
        using var caller = new AwsCaller(access, TimeProvider.System, new Random(1));
        var sqs = new SqsClient(caller);
        var said = "";
        for (var i = 0; i < int.Parse(Environment.GetEnvironmentVariable(CallsVariable)!, System.Globalization.CultureInfo.InvariantCulture); i++)
        {
            try
            {
                said += await sqs.QueueUrlAsync("q", null, TestContext.Current.CancellationToken) + "\n";
            }
            catch (IOException e)
            {
                said += e.Message + "\n";
            }
        }

        await File.WriteAllTextAsync(Environment.GetEnvironmentVariable(FileVariable)!, said, TestContext.Current.CancellationToken);
    }
}
