using System.Globalization;
using System.Text;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void The_examples_of_rfc_8785()
    {
        Of("""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """).ShouldBe("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
        Of("""
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}
            """).ShouldBe("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    // Appendix B: the bits of a double, and its text.
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Its_sample_of_numbers(string bits, string text) =>
        EcmaNumber.Format(BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).ShouldBe(text);

    [Theory]
    [InlineData("""{"a":1,"a":1}""", "\"a\" is given twice")]
    [InlineData("""{"Command":"all","command":"all"}""", "is given twice")]
    [InlineData("""{"command":"all","\u0063ommand":"all"}""", "is given twice")]
    [InlineData("""{"x":{"a":1,"a":2}}""", "\"a\" is given twice")]
    [InlineData("""{"x":[{"a":1,"a":2}]}""", "\"a\" is given twice")]
    [InlineData("""{"x":1e999}""", "no double")]
    [InlineData("""{"x":"\ud800"}""", "half a surrogate pair")]
    [InlineData("""{"\udc00":1}""", "half a surrogate pair")]
    [InlineData("""{"x":["\ude00\ud83d"]}""", "half a surrogate pair")]
    [InlineData("""[1]""", "not a JSON object")]
    [InlineData("""{"a":1}x""", "not JSON")]
    [InlineData("""{"a":01}""", "not JSON")]
    [InlineData("", "not JSON")]
    public void What_has_no_canonical_form(string body, string words)
    {
        CanonicalJson.Of(Encoding.UTF8.GetBytes(body), ["signature"], out var problem).ShouldBeNull();
        problem.ShouldNotBeNull().ShouldContain(words);
    }

    [Fact]
    public void Names_within_differ_by_case() => Of("""{"audience":{"b":"1","B":"2"}}""").ShouldBe("""{"audience":{"B":"2","b":"1"}}""");

    [Fact]
    public void Only_the_outermost_signature_is_left_out() =>
        Of("""{"b":{"signature":1},"Signature":{"value":"x"},"a":2}""").ShouldBe("""{"a":2,"b":{"signature":1}}""");

    private static string Of(string body)
    {
        var canonical = CanonicalJson.Of(Encoding.UTF8.GetBytes(body), ["signature"], out var problem);
        problem.ShouldBeNull();
        return Encoding.UTF8.GetString(canonical!);
    }
}
