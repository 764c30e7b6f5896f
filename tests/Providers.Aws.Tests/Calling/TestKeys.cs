using System.Runtime.CompilerServices;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>The whole test process calls with these, and never with those of whoever runs the tests. Tests of the credential chain run in processes of their own.</summary>
internal static class TestKeys
{
    public const string Id = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [ModuleInitializer]
    internal static void Use()
    {
        if (CredentialProbe.IsAsked) return;
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("AWS_", StringComparison.Ordinal)) Environment.SetEnvironmentVariable(name, null);
        }

        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Id);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }
}
