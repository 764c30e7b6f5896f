namespace Towncrier.Linux;

/// <summary>Who this process is to the kernel.</summary>
public static class Account
{
    /// <summary>The effective user id; 0 is root.</summary>
    public static uint EffectiveUser => LibC.geteuid();
}
