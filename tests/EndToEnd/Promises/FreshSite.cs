using System.Globalization;
using Towncrier.EndToEnd.Support.Origins;

namespace Towncrier.EndToEnd.Promises;

/// <summary>
/// A site of versioned pages. Each answer says the version at the time the origin read its data; some come
/// later than that, some are slow in their body, and some pages have variants.
/// </summary>
internal sealed class FreshSite(int seed)
{
    public const int Pages = 200;
    public const int Tags = 70;
    public const int Groups = 40;

    private static readonly TimeSpan LongestHead = TimeSpan.FromMilliseconds(700); // well below the fence
    private static readonly TimeSpan LongestBody = TimeSpan.FromMilliseconds(3500); // above it

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly int[] _versions = new int[Pages];

    public static string PathOf(int page) => $"/group{page % Groups}/{page}";

    public static bool Varies(int page) => page % 4 == 0;

    /// <summary>Changes a page; what the origin reads from now on has at least the version that is returned.</summary>
    public int Bump(int page) => Interlocked.Increment(ref _versions[page]);

    public OriginReply Answer(OriginRequest request)
    {
        var page = int.Parse(request.Path[(request.Path.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture);
        var reply = OriginReply.Text(Volatile.Read(ref _versions[page]).ToString("D8", CultureInfo.InvariantCulture), ("Cache-Tag", $"tag{page % Tags} everything"));
        if (Varies(page)) reply = reply.With("Vary", "Accept-Language");
        return reply with { BeforeHead = OneIn(4, LongestHead), MidBody = OneIn(20, LongestBody) };
    }

    private Task OneIn(int chance, TimeSpan longest)
    {
        lock (_lock) return _random.Next(chance) == 0 ? Task.Delay(longest * _random.NextDouble()) : Task.CompletedTask;
    }
}
