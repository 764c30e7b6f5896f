using System.Diagnostics;
using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

/// <summary>Mutations of every golden message, from fixed seeds: nothing throws, and every refusal has words.</summary>
public sealed class GoldenFuzzTests
{
    private const int Rounds = 120_000;

    private static readonly string[] Tokens =
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "\\\"", "\\ud800", "\\u0000", "null", "true", "1e999", "[[[[[", "{\"a\":", "\"command\":\"all\"", "\"specversion\":\"1.0\",\"data\":", "\"signature\":{}", "\0", "ä"];

    [Fact]
    public void Nothing_throws_and_refusals_have_words()
    {
        var random = new Random(20261122);
        var golden = GoldenTests.All.Select(name => (Body: GoldenTests.BodyOf(name), Headers: GoldenTests.HeadersOf(GoldenTests.ExpectationOf(name)))).ToArray();
        var start = Stopwatch.GetTimestamp();
        var (opened, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var (good, headers) = golden[round % golden.Length];
            var body = Mutate(random, good);
            if (EnvelopeChain.TryOpen(body, headers, WireLimits.Default, out var messages, out var refusal)) opened++;
            else refused++;
            if (messages is null) Words(refusal, body);
            foreach (var message in messages ?? []) Use(message, body);
            ReceiptJson.TryDecode(body, out _);
        }

        opened.ShouldBeGreaterThan(Rounds / 20);
        refused.ShouldBeGreaterThan(Rounds / 20);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static void Use(OpenedMessage message, byte[] body)
    {
        if (message.Problem is { } problem) Words(problem, body);
        if (message.Id is { } id && (id.Length is 0 or > 200 || id.Any(char.IsControl))) throw new InvalidOperationException(Encoding.UTF8.GetString(body));
        if (!InvalidationJson.TryDecode(message.Body.Span, WireLimits.Default, out _, out var refusal)) Words(refusal, body);
        if (MessageSignature.Check(message.Body.Span, _ => new byte[] { 1 }, out var key, out var wrong) == SignatureState.Good || key is not null)
            throw new InvalidOperationException("forged: " + Encoding.UTF8.GetString(body));
        if (wrong is { Length: 0 or > 500 }) throw new InvalidOperationException(Encoding.UTF8.GetString(body));
    }

    private static void Words(Refusal refusal, byte[] body)
    {
        if (string.IsNullOrEmpty(refusal.Message) || refusal.Message.Length > 700) throw new InvalidOperationException(Encoding.UTF8.GetString(body));
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
