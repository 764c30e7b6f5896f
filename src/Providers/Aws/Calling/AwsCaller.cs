namespace Towncrier.Providers.Aws.Calling;

/// <summary>Signs and sends calls to one region: credentials, endpoints, retries within a quota, clock skew. One for all clients of an agent's place.</summary>
internal sealed class AwsCaller(AwsAccess access, TimeProvider clock, Random random) : IDisposable
{
    public override string ToString() => $"{access} {clock} {random}";

    public void Dispose()
    {
    }
}
