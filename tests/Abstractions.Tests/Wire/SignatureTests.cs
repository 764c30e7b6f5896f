using System.Security.Cryptography;
using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class SignatureTests
{
    private static readonly byte[] Secret = "a secret of thirty-two bytes, ok"u8.ToArray();

    private static readonly Invalidation Message = new()
    {
        Command = InvalidationCommand.Purge,
        Host = "www.example.org",
        Values = ["/news/?a=1&b=ü", "/😀"],
        Id = "01JD",
        Issued = new DateTimeOffset(2026, 11, 21, 21, 0, 0, 123, TimeSpan.Zero),
    };

    [Fact]
    public void What_is_signed_is_good_and_says_the_same()
    {
        var body = MessageSignature.Sign(Message, "cms-key-1", Secret);
        Check(body, out var key).ShouldBe((SignatureState.Good, null));
        key.ShouldBe("cms-key-1");
        InvalidationJson.TryDecode(body, WireLimits.Default, out var decoded, out var refusal).ShouldBeTrue(refusal.Message);
        decoded.ShouldSayTheSameAs(Message);
        Encoding.UTF8.GetString(body).ShouldEndWith("\"}}");
    }

    [Fact]
    public void It_does_not_matter_how_the_message_is_laid_out()
    {
        var value = Convert.ToBase64String(HMACSHA256.HashData(Secret, """{"command":"all","x":{"a":2,"b":1}}"""u8));
        Good($$"""{ "x" : {"b":1.0, "a":2e0}, "Signature":{"KEY":"cms-key-1","alg":"hmac-sha256","value":"{{value}}","more":[1]}, "command":"\u0061ll" } """);
    }

    [Fact]
    public void The_value_is_base64_of_either_alphabet_or_hex_of_either_case()
    {
        byte[] mac;
        var x = 0;
        do mac = HMACSHA256.HashData(Secret, Encoding.UTF8.GetBytes($$"""{"command":"all","x":{{++x}}}"""));
        while (!Convert.ToBase64String(mac).Contains('+') || !Convert.ToBase64String(mac).Contains('/'));
        var base64 = Convert.ToBase64String(mac);
        foreach (var value in (string[])[base64, base64.TrimEnd('='), base64.Replace('+', '-').Replace('/', '_'),
            base64.Replace('+', '-').Replace('/', '_').TrimEnd('='), Convert.ToHexString(mac), Convert.ToHexStringLower(mac)])
            Good(Signed(value, x));
        foreach (var value in (string[])["", base64[..^2], base64 + "=", base64 + "A", base64.Replace('=', 'A'), Convert.ToHexString(mac)[1..], Convert.ToHexString(mac) + "00", new string('z', 64)])
            Bad(Signed(value, x), "signature.value is neither base64 nor hex of 32 bytes");
        Bad(Signed(Convert.ToBase64String(new byte[32]), x), "the signature is not that of key \"cms-key-1\" over this message");
    }

    [Fact]
    public void Nothing_may_be_changed_added_or_taken_away()
    {
        var body = Encoding.UTF8.GetString(MessageSignature.Sign(Message, "cms-key-1", Secret));
        foreach (var forged in (string[])[body.Replace("/news/", "/"), body.Replace("purge", "ban.url"), body.Replace("\"id\":\"01JD\",", ""), body.Insert(1, "\"dry_run\":true,")])
            Bad(forged, "the signature is not that of key \"cms-key-1\" over this message");
        Bad(body.Insert(1, "\"Host\":\"x\","), "given twice");
        Bad(body.Insert(1, "\"SIGNATURE\":null,"), "given twice");
        Bad(body.Insert(1, "\"x\":\"\\ud800\","), "half a surrogate pair");
        Bad(body.Insert(1, "\"x\":1e999,"), "no double");
        Bad(body.Replace("cms-key-1", "cms-key-2"), "the signature's key \"cms-key-2\" is not known here");
        Bad(body.Replace("cms-key-1", "empty"), "the signature's key \"empty\" is not known here");
    }

    [Theory]
    [InlineData("7", "signature is not an object")]
    [InlineData("\"x\"", "signature is not an object")]
    [InlineData("[]", "signature is not an object")]
    [InlineData("{}", "signature.key")]
    [InlineData("""{"key":7}""", "signature.key")]
    [InlineData("""{"key":"a\nb"}""", "signature.key")]
    [InlineData("""{"key":"k"}""", "signature.alg")]
    [InlineData("""{"key":"k","alg":"none","value":""}""", "signature.alg")]
    [InlineData("""{"key":"k","alg":"HMAC-SHA256"}""", "signature.alg")]
    [InlineData("""{"key":"k","alg":"hmac-sha256","value":[1]}""", "signature.value")]
    public void A_signature_that_is_none(string signature, string words) => Bad($$"""{"command":"all","signature":{{signature}}}""", words);

    [Theory]
    [InlineData("""{"command":"all"}""")]
    [InlineData("""{"command":"all","signature":null}""")]
    [InlineData("""{"command":"all","x":{"signature":{}}}""")]
    [InlineData("""{"command":"all","signature":{}""")]
    [InlineData("""["signature"]""")]
    [InlineData("")]
    public void There_is_none(string body) => Check(Encoding.UTF8.GetBytes(body), out _).ShouldBe((SignatureState.Absent, null));

    [Fact]
    public void A_key_that_cannot_sign_is_told_at_once()
    {
        Should.Throw<ArgumentException>(() => new MessageSigner("", Secret)).Message.ShouldContain("0 characters");
        Should.Throw<ArgumentException>(() => new MessageSigner("k", [])).Message.ShouldContain("empty");
        Should.Throw<ArgumentException>(() => MessageSignature.Sign(Message, "a\nb", Secret));
        new MessageSigner("cms-key-1", Secret).Sign(Message).ShouldBe(MessageSignature.Sign(Message, "cms-key-1", Secret));
    }

    private static string Signed(string value, int x) => $$$"""{"command":"all","x":{{{x}}},"signature":{"key":"cms-key-1","alg":"hmac-sha256","value":"{{{value}}}"}}""";

    private static void Good(string body) => Check(Encoding.UTF8.GetBytes(body), out _).ShouldBe((SignatureState.Good, null), body);

    private static void Bad(string body, string words)
    {
        var (state, problem) = Check(Encoding.UTF8.GetBytes(body), out var key);
        state.ShouldBe(SignatureState.Bad, body);
        problem.ShouldNotBeNull().ShouldContain(words);
        key.ShouldBeNull();
    }

    private static (SignatureState, string?) Check(byte[] body, out string? key) =>
        (MessageSignature.Check(body, id => id switch { "cms-key-1" => Secret, "empty" => ReadOnlyMemory<byte>.Empty, _ => null }, out key, out var problem), problem);
}
