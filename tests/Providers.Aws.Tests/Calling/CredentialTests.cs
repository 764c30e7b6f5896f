using System.Globalization;

namespace Towncrier.Providers.Aws.Tests.Calling;

/// <summary>Every place where AWS's own tools look for keys, each in a process of its own with a home of its own.</summary>
public sealed class CredentialTests
{
    private const string Secret = "probe/secret+key";
    private const string Token = "probe//token==";
    private static readonly string Later = TimeProvider.System.GetUtcNow().AddHours(6).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("")]
    [InlineData(Token)]
    public async Task The_environment(string token) =>
        await SignsAsync("AKIAENV", token, new() { ["AWS_ACCESS_KEY_ID"] = "AKIAENV", ["AWS_SECRET_ACCESS_KEY"] = Secret, ["AWS_SESSION_TOKEN"] = token });

    [Fact]
    public async Task The_default_profile_in_the_home() =>
        await SignsAsync("AKIADEFAULT", "", [], ("default", Keys("AKIADEFAULT")));

    [Fact]
    public async Task The_profile_that_the_environment_names() =>
        await SignsAsync("AKIANAMED", Token, new() { ["AWS_PROFILE"] = "named" }, ("default", Keys("AKIADEFAULT")), ("named", Keys("AKIANAMED", Token)));

    [Fact]
    public async Task The_profile_that_the_configuration_names_and_its_region() =>
        await SignsAsync("AKIAOPTION", "", new() { [CredentialProbe.ProfileVariable] = "option", ["AWS_ACCESS_KEY_ID"] = "AKIAENV", ["AWS_SECRET_ACCESS_KEY"] = "x", ["AWS_REGION"] = "" },
            ("option", Keys("AKIAOPTION") + "region = ap-south-2\n"), region: "ap-south-2");

    [Fact]
    public async Task A_process() =>
        await SignsAsync("AKIAPROCESS", Token, [], ("default", $$"""credential_process = /bin/echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"{{Secret}}","SessionToken":"{{Token}}","Expiration":"{{Later}}"}'""" + "\n"));

    [Fact]
    public async Task A_role_assumed_with_another_profile()
    {
        await using var peer = Peer();
        await SignsAsync("ASIAROLE", Token, new() { ["AWS_ENDPOINT_URL_STS"] = peer.Url.ToString(), ["AWS_PROFILE"] = "role" },
            ("base", Keys("AKIABASE")), ("role", "role_arn = arn:aws:iam::123456789012:role/web\nsource_profile = base\nregion = eu-west-1\n"));
        peer.Requests.ShouldHaveSingleItem().Text.ShouldContain("Action=AssumeRole&");
        peer.Requests[0].Header("authorization").ShouldContain("Credential=AKIABASE/");
    }

    [Fact]
    public async Task A_web_identity()
    {
        await using var peer = Peer();
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Of("token"), "web-identity-token", TestContext.Current.CancellationToken);
        await SignsAsync("ASIAROLE", Token, new()
        {
            ["AWS_ENDPOINT_URL_STS"] = peer.Url.ToString(),
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = folder.Of("token"),
            ["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/web",
        });
        peer.Requests.ShouldHaveSingleItem().Text.ShouldContain("web-identity-token");
    }

    [Fact]
    public async Task A_login_through_single_sign_on()
    {
        await using var peer = Peer();
        using var folder = new TempFolder();
        var cache = Path.Combine(folder.Make(".aws"), "sso", "cache");
        Directory.CreateDirectory(cache);
        const string Name = "ee0bfd2552fbd840c02cc48b6e823320543c450f"; // sha1 of "corp", as `aws sso login` names it
        await File.WriteAllTextAsync(Path.Combine(cache, Name + ".json"), $$"""{"startUrl":"https://corp.awsapps.com/start","region":"eu-west-1","accessToken":"login-token","expiresAt":"{{Later}}"}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.Of(".aws", "config"), "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = web\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\n", TestContext.Current.CancellationToken);
        await SignsAsync("ASIASSO", Token, new() { ["HOME"] = folder.Path, ["AWS_ENDPOINT_URL_SSO"] = peer.Url.ToString() });
        peer.Requests.ShouldHaveSingleItem().Header("x-amz-sso_bearer_token").ShouldBe("login-token");
    }

    [Fact]
    public async Task A_container()
    {
        await using var peer = Peer();
        await SignsAsync("ASIACONTAINER1", Token, new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = peer.Url + "container", ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "pod-identity" });
        peer.Requests.ShouldHaveSingleItem().Header("authorization").ShouldBe("pod-identity");
    }

    [Fact]
    public async Task An_instance_and_its_region()
    {
        await using var peer = Peer();
        await SignsAsync("ASIAINSTANCE", Token, new() { ["AWS_EC2_METADATA_DISABLED"] = "", ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = peer.Url.ToString().TrimEnd('/'), ["AWS_REGION"] = "" }, region: "sa-east-1");
        peer.Requests.Where(request => request.Line.StartsWith("GET", StringComparison.Ordinal)).ShouldAllBe(request => request.Header("x-aws-ec2-metadata-token") == "imds-token");
    }

    [Fact]
    public async Task Keys_that_have_expired_are_renewed_within_the_call()
    {
        await using var peer = Peer();
        var (sqs, said) = await ProbeAsync(new() { ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = peer.Url + "container", [CredentialProbe.CallsVariable] = "2" }, [], request => request.Header("authorization").Contains("ASIACONTAINER1/", StringComparison.Ordinal)
            ? AwsPeer.Reply(403, """{"__type":"com.amazon.coral.service#ExpiredTokenException","message":"The security token included in the request is expired"}""")
            : AwsPeer.Reply(200, """{"QueueUrl":"http://q"}"""));
        said.ShouldBe("http://q\nhttp://q\n");
        sqs.Select(request => request.Header("authorization").Split('=', '/')[1]).ShouldBe(["ASIACONTAINER1", "ASIACONTAINER2", "ASIACONTAINER2"]);
        peer.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Where_there_are_none_the_places_are_told()
    {
        var (sqs, said) = await ProbeAsync([], [], _ => "");
        sqs.ShouldBeEmpty();
        foreach (var place in new[] { "no AWS credentials", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS", "instance" }) said.ShouldContain(place);
    }

    [Fact]
    public async Task Where_no_region_is_said_the_places_are_told()
    {
        var (_, said) = await ProbeAsync(new() { ["AWS_REGION"] = "" }, [("default", Keys("AKIADEFAULT"))], _ => "");
        said.ShouldContain("no AWS region: set aws.region, AWS_REGION, or region in profile default");
    }

    [Fact]
    public async Task A_profile_that_is_not_there_is_named() =>
        (await ProbeAsync(new() { [CredentialProbe.ProfileVariable] = "nowhere" }, [("default", Keys("AKIADEFAULT"))], _ => "")).Said.ShouldContain("there is no profile nowhere");

    [Theory]
    [InlineData("credential_process = /bin/false\n")]
    [InlineData("credential_process = /nowhere/at/all\n")]
    [InlineData("credential_process = /bin/echo not-json-SECRETVALUE\n")]
    [InlineData("role_arn = arn:aws:iam::123456789012:role/web\nsource_profile = gone\n")]
    [InlineData("aws_access_key_id = AKIAHALF\n")]
    [InlineData("sso_session = s\nsso_account_id = 1\nsso_role_name = r\n")]
    [InlineData("this is no property\n")]
    public async Task A_profile_that_does_not_work_is_told_without_secrets(string profile)
    {
        foreach (var environment in new Dictionary<string, string>[] { new() { [CredentialProbe.ProfileVariable] = "default" }, [] })
        {
            var (sqs, said) = await ProbeAsync(environment, [("default", profile)], _ => "");
            sqs.ShouldBeEmpty();
            said.ShouldContain("no AWS credentials");
            said.ShouldNotContain("SECRETVALUE");
        }
    }

    private static async Task SignsAsync(string id, string token, Dictionary<string, string> environment, (string, string)? profile = null, (string, string)? other = null, string region = Make.Region)
    {
        var (sqs, said) = await ProbeAsync(environment, [.. new[] { profile, other }.OfType<(string, string)>()], _ => AwsPeer.Reply(200, """{"QueueUrl":"http://q"}"""));
        said.ShouldBe("http://q\n");
        var request = sqs.ShouldHaveSingleItem();
        request.Header("authorization").ShouldBe(SigV4.Of(request, id, Secret));
        request.Header("authorization").ShouldContain($"/{region}/sqs/");
        request.Header("x-amz-security-token").ShouldBe(token);
    }

    private static async Task<(IReadOnlyList<PeerRequest> Sqs, string Said)> ProbeAsync(Dictionary<string, string> environment, (string Name, string Text)[] profiles, Func<PeerRequest, string> answer)
    {
        await using var sqs = AwsPeer.Start(answer);
        using var home = new TempFolder();
        home.Make(".aws");
        await File.WriteAllTextAsync(home.Of(".aws", "credentials"), string.Concat(profiles.Select(profile => $"[{profile.Name}]\n{profile.Text}")), TestContext.Current.CancellationToken);
        var all = new Dictionary<string, string>
        {
            ["HOME"] = home.Path,
            ["AWS_ACCESS_KEY_ID"] = "",
            ["AWS_SECRET_ACCESS_KEY"] = "",
            ["AWS_REGION"] = Make.Region,
            ["AWS_ENDPOINT_URL_SQS"] = sqs.Url.ToString(),
            [CredentialProbe.FileVariable] = home.Of("said"),
            [CredentialProbe.CallsVariable] = "1",
        };
        foreach (var (name, value) in environment) all[name] = value;
        await using var child = ChildProcess.Start("dotnet", [typeof(CredentialTests).Assembly.Location, "-noLogo", "-noColor", "-explicit", "only", "-class", typeof(CredentialProbe).FullName!], all);
        (await child.ExitAsync(TimeSpan.FromSeconds(90))).ShouldBe(0, child.Stdout + child.Stderr);
        return (sqs.Requests, await File.ReadAllTextAsync(home.Of("said"), TestContext.Current.CancellationToken));
    }

    private static string Keys(string id, string token = "") => $"aws_access_key_id = {id}\naws_secret_access_key = {Secret}\n{(token.Length > 0 ? $"aws_session_token = {token}\n" : "")}";

    // STS, a container's endpoint and an instance's metadata in one.
    private static AwsPeer Peer()
    {
        var given = 0;
        return AwsPeer.Start(request => request.Line.Split(' ') switch
        {
            ["POST", "/", ..] => AwsPeer.Reply(200, Sts(request.Text.Contains("AssumeRoleWithWebIdentity", StringComparison.Ordinal) ? "AssumeRoleWithWebIdentity" : "AssumeRole"), "Content-Type: text/xml"),
            ["GET", var target, ..] when target.StartsWith("/federation/credentials?", StringComparison.Ordinal) => AwsPeer.Reply(200, $$$"""{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"{{{Secret}}}","sessionToken":"{{{Token}}}","expiration":4102444800000}}""", "Content-Type: application/json"),
            ["GET", "/container", ..] => AwsPeer.Reply(200, Json($"ASIACONTAINER{Interlocked.Increment(ref given)}"), "Content-Type: application/json"),
            ["PUT", "/latest/api/token", ..] => AwsPeer.Reply(200, "imds-token", "X-aws-ec2-metadata-token-ttl-seconds: 21600"),
            ["GET", "/latest/meta-data/iam/security-credentials", ..] => AwsPeer.Reply(200, "web"),
            ["GET", "/latest/meta-data/iam/security-credentials/web", ..] => AwsPeer.Reply(200, Json("ASIAINSTANCE")),
            ["GET", "/latest/dynamic/instance-identity/document", ..] => AwsPeer.Reply(200, """{"region":"sa-east-1","accountId":"123456789012"}"""),
            _ => AwsPeer.Reply(404, ""),
        });
    }

    private static string Json(string id) => $$"""{"Code":"Success","Type":"AWS-HMAC","LastUpdated":"2026-01-01T00:00:00Z","AccessKeyId":"{{id}}","SecretAccessKey":"{{Secret}}","Token":"{{Token}}","Expiration":"{{Later}}"}""";

    private static string Sts(string action) => $"""
        <{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/web/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
        <Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>{Secret}</SecretAccessKey><SessionToken>{Token}</SessionToken><Expiration>{Later}</Expiration></Credentials></{action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>
        """;
}
