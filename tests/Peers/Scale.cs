namespace Towncrier.Peers;

/// <summary>
/// How much a test of endurance does: a fifth, so that <c>./test</c> stays short; all of it where <c>TOWNCRIER_FULL=1</c> is
/// set, as in <c>.ci/run</c>.
/// </summary>
public static class Scale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("TOWNCRIER_FULL") == "1";

    public static int Of(int full) => IsFull ? full : full / 5;
}
