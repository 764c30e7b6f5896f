using System.Globalization;
using System.Text;
using Towncrier.Peers;
using Towncrier.Wire;

namespace Towncrier.Abstractions.Tests.Wire;

/// <summary>Messages signed by others' JSON and HMAC, as publishers in those languages would.</summary>
public sealed class IndependentSignatureTests
{
    private const string Secret = "a secret with ü";

    /// <summary>Signs each line of a file, which is a message, and prints it signed.</summary>
    private const string Python = """
        import sys, json, hmac, hashlib, base64
        for line in open(sys.argv[1], encoding="utf-8"):
            message = json.loads(line)
            text = json.dumps(message, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            mac = hmac.new(sys.argv[2].encode(), text.encode(), hashlib.sha256)
            message["signature"] = {"key": "k", "alg": "hmac-sha256", "value": mac.hexdigest()}
            print(json.dumps(message))
        """;

    private const string Node = """
        const fs = require("fs"), crypto = require("crypto");
        const canonical = (v) => Array.isArray(v) ? "[" + v.map(canonical).join(",") + "]"
          : v && typeof v === "object" ? "{" + Object.keys(v).sort().map((k) => JSON.stringify(k) + ":" + canonical(v[k])).join(",") + "}"
          : JSON.stringify(v);
        for (const line of fs.readFileSync(process.argv[2], "utf8").trim().split("\n")) {
          const message = JSON.parse(line);
          const value = crypto.createHmac("sha256", process.argv[3]).update(canonical(message)).digest("base64url");
          console.log(JSON.stringify({ signature: { value, alg: "hmac-sha256", key: "k" }, ...message }, null, 0));
        }
        """;

    private static readonly string[] Messages =
    [
        """{"command":"purge","host":"www.example.org","value":["/news/","/news/42?page=2&a=<b>'c'"],"id":"01JD","dry_run":false}""",
        """{"value":["ü/\u00e9\ud83d\ude00\u2028\u007f\u0080\ufeff","\b\f\n\r\t\u0000\u001f\"\\\/"],"command":"xkey","ä":null,"B":true,"a":[],"x":{}}""",
        """{"command":"all","audience":{"régio":["eu","ü"],"b":"1","B":"2","":"3"},"n":[0,-1,10,9007199254740991,-9007199254740991]}""",
    ];

    [Fact]
    public async Task Python_agrees() => await Agrees("python3", "sign.py", Python, Messages);

    [Fact]
    public async Task Node_agrees_on_order_beyond_the_basic_plane_and_on_every_number()
    {
        var random = new Random(8785);
        var doubles = Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())).Where(double.IsFinite)
            .Concat(Enumerable.Range(0, 2_000).Select(i => i / 100.0)).Concat(Enumerable.Range(-330, 639).Select(e => double.Parse($"1e{e}", CultureInfo.InvariantCulture)));
        var numbers = $$"""{"command":"all","n":[{{string.Join(',', doubles.Select(d => d.ToString("R", CultureInfo.InvariantCulture)))}}]}""";
        await Agrees("node", "sign.js", Node,
            [.. Messages, numbers, """{"command":"all","\ud83d\ude00":1,"\ufb33":2,"n":[-0,-0.0,1e21,1e20,0.0000001,123456789012345678901234567890,5e-324]}"""]);
    }

    private static async Task Agrees(string program, string script, string code, string[] messages)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Of(script), code, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(folder.Of("messages"), messages, TestContext.Current.CancellationToken);
        var signed = (await Tool.RunAsync(program, folder.Of(script), folder.Of("messages"), Secret)).TrimEnd('\n').Split('\n');
        signed.Length.ShouldBe(messages.Length);
        foreach (var line in signed)
            MessageSignature.Check(Encoding.UTF8.GetBytes(line), _ => Encoding.UTF8.GetBytes(Secret), out _, out var problem).ShouldBe(SignatureState.Good, problem);
    }
}
