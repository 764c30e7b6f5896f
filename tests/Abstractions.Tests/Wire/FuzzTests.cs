using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

/// <summary>Mutations of good messages, from fixed seeds: nothing throws, and what is accepted keeps its promises.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 150_000;

    private static readonly byte[][] Good =
    [
        """{"command":"purge","host":"www.example.org","value":["/news/","/news/42?page=2"],"id":"01JD","mode":"soft"}"""u8.ToArray(),
        """{"command":"xkey","value":["a b","\ud83d\ude00ä"],"scope":"host","dry_run":false,"via":["r"],"audience":{"r":["a","b"],"s":"c"}}"""u8.ToArray(),
        """[{"command":"all","issued":"2026-11-21T21:00:00.123Z","expires":"2026-11-21T21:00:00+01:00"},{"command":"host","host":"h"}]"""u8.ToArray(),
    ];

    private static readonly string[] Tokens =
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "\\u0000", "null", "true", "1e999", "[[[[[", "{\"a\":", "\"value\":", "\"command\":\"all\"", "\0", "ä"];

    [Theory]
    [InlineData(1)]
    [InlineData(20261121)]
    public void Nothing_throws_and_what_is_accepted_can_be_sent_again(int seed)
    {
        var random = new Random(seed);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(random, Good[random.Next(Good.Length)]);
            if (!MessageBatch.TrySplit(body, WireLimits.Default, out var messages, out var refusal))
            {
                refusal.Message.ShouldNotBeNullOrEmpty();
                messages = [body];
            }

            foreach (var message in messages) accepted += Decode(message.Span) ? 1 : 0;
        }

        accepted.ShouldBeInRange(Rounds / 50, Rounds); // The mutations are neither all harmless nor all fatal.
    }

    private static bool Decode(ReadOnlySpan<byte> body)
    {
        if (!InvalidationJson.TryDecode(body, WireLimits.Default, out var message, out var refusal))
        {
            if (refusal.Message.Length is 0 or > 500) throw new InvalidOperationException(Encoding.UTF8.GetString(body));
            return false;
        }

        foreach (var value in message.Values) ValueRules.Problem(message.Command, value, WireLimits.Default);
        InvalidationJson.TryDecode(InvalidationJson.Encode(message), WireLimits.Default, out var again, out _).ShouldBeTrue();
        again!.ShouldSayTheSameAs(message);
        return true;
    }

    private static byte[] Mutate(Random random, byte[] good)
    {
        var body = good.ToList();
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var at = random.Next(body.Count);
            switch (random.Next(5))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body.RemoveRange(at, Math.Min(random.Next(1, 12), body.Count - at)); break;
                case 2: body.InsertRange(at, Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)])); break;
                case 3: body.InsertRange(at, body.GetRange(0, random.Next(body.Count))); break;
                default: body[at] ^= (byte)(1 << random.Next(8)); break;
            }

            if (body.Count == 0) body.Add((byte)'{');
        }

        return [.. body];
    }
}
