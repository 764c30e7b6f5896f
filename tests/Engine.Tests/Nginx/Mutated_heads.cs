using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Nginx;

public sealed class Mutated_heads
{
    private const int Mutations = 150_000;
    private readonly byte[] _scratch = new byte[65_536];
    private readonly byte[] _tags = new byte[3 * 65_536];
    private readonly byte[] _expired = new byte[Expiry.MaxLength];

    /// <summary>An exception ends the test; spans see to it that nothing is read out of bounds.</summary>
    [Fact]
    public void Whatever_the_bytes_are_parsing_ends_in_a_value()
    {
        var random = new Random(20261121);
        var seeds = Golden.All.Select(g => g.Read()).Concat(CacheFileShape.All.Select(s => CacheFile.Tagged("https[::1]:80/a?b", "x", "y") with { Shape = s }).Select(f => f.ToBytes())).ToArray();
        var outcomes = new Dictionary<HeadProblem, int>();
        for (var i = 0; i < Mutations; i++)
        {
            var bytes = Mutate(seeds[random.Next(seeds.Length)], random);
            var outcome = Read(bytes);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        // The mutations reach every branch, the good one above all: otherwise they prove little.
        outcomes.Keys.ShouldBe(Enum.GetValues<HeadProblem>().Where(p => p is not (HeadProblem.NeedsMore or HeadProblem.KeyTooLong)), ignoreOrder: true);
        outcomes[HeadProblem.None].ShouldBeGreaterThan(Mutations / 10);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = seed[..(random.Next(4) == 0 ? random.Next(seed.Length + 1) : seed.Length)];
        for (var n = random.Next(8); n > 0 && bytes.Length > 0; n--)
        {
            var at = random.Next(3) switch { 0 => random.Next(Math.Min(64, bytes.Length)), 1 => random.Next(bytes.Length), _ => Math.Min(bytes.Length - 1, 336 + random.Next(200)) };
            bytes[at] = random.Next(4) switch { 0 => 0, 1 => 255, 2 => (byte)(bytes[at] ^ (1 << random.Next(8))), _ => (byte)random.Next(256) };
        }

        return bytes;
    }

    private HeadProblem Read(byte[] bytes)
    {
        var first = bytes.AsSpan(0, Math.Min(4096, bytes.Length));
        var problem = CacheHead.Parse(first, first.Length < 4096, out var head, out var needed);
        if (problem == HeadProblem.NeedsMore)
        {
            needed.ShouldBeInRange(first.Length + 1, ushort.MaxValue);
            problem = CacheHead.Parse(bytes.AsSpan(0, Math.Min(needed, bytes.Length)), true, out head, out _);
        }

        if (problem != HeadProblem.None) return problem;
        _ = head.Vary.Length + head.ETag.Length + head.Variant.Length;
        var response = ResponseHead.Parse(head.Response, _scratch);
        var used = TagHeaders.Default.Collect(response, _tags);
        used.ShouldBeLessThanOrEqualTo(3 * head.Response.Length);
        var total = 0;
        foreach (var tag in new TagList(_tags.AsSpan(0, used))) total += 2 + tag.Length;
        total.ShouldBe(used);
        _ = OriginTime.MadeAt(head, response);
        Expiry.Soft(head, 1_800_000_000, new SoftExpiry(), _expired, out var valid);
        valid.ShouldBeLessThan(1_800_000_000);
        var hard = Expiry.Hard(head, _expired);
        hard.Bytes.Length.ShouldBeLessThanOrEqualTo(Expiry.MaxLength);
        var split = KeyTemplate.Auto.Split(head.Key);
        (split.UriAt + split.UriLength).ShouldBeLessThanOrEqualTo(head.Key.Length);
        return problem;
    }
}
