using System.Text;
using Towncrier.Agent.Receiving;
using Towncrier.Engine.Tests.Journaling;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Receiving;

public sealed class Judging
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("0123456789abcdef0123456789abcdef");

    private readonly ManualClock _clock = new();

    [Fact]
    public void A_message_without_an_id_gets_one_that_sorts_by_time()
    {
        Decide(Message(), out var first).ShouldBe(Verdict.Admitted);
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        Decide(Message(), out var second).ShouldBe(Verdict.Admitted);
        first.Id!.Length.ShouldBe(32);
        string.CompareOrdinal(first.Id, second.Id).ShouldBeNegative();
    }

    [Fact]
    public void The_messages_own_id_and_time_come_before_the_envelopes()
    {
        var issued = _clock.GetUtcNow().AddSeconds(-1);
        var bare = new OpenedMessage(InvalidationJson.Encode(Message()), "from-the-envelope", issued);
        new Judge(WireLimits.Default, new AdmissionPolicy(), _clock).Decide(bare, "redis", out var message, out _).ShouldBe(Verdict.Admitted);
        message.Id.ShouldBe("from-the-envelope");
        message.Issued.ShouldBe(issued);
        var own = bare with { Body = InvalidationJson.Encode(Message() with { Id = "01JD", Issued = _clock.GetUtcNow() }) };
        new Judge(WireLimits.Default, new AdmissionPolicy(), _clock).Decide(own, "redis", out message, out _).ShouldBe(Verdict.Admitted);
        message.Id.ShouldBe("01JD");
        message.Issued.ShouldBe(_clock.GetUtcNow());
    }

    [Fact]
    public void An_expired_message_is_told_by_how_much()
    {
        Refused(Message() with { Expires = _clock.GetUtcNow().AddMilliseconds(-2500) }).ShouldBe(
            new Refusal(RefusalReason.Expired, "it expired 2.5 s ago, at 2026-11-21T20:59:57.500Z by this host's clock"));
        Decide(Message() with { Expires = _clock.GetUtcNow() }, out _).ShouldBe(Verdict.Admitted);
    }

    [Fact]
    public void An_endless_id_of_an_envelope_is_refused_with_the_bound()
    {
        var opened = new OpenedMessage(InvalidationJson.Encode(Message()), new string('x', 201), null);
        new Judge(WireLimits.Default, new AdmissionPolicy(), _clock).Decide(opened, "redis", out _, out var refusal).ShouldBe(Verdict.Refused);
        refusal.Reason.ShouldBe(RefusalReason.InvalidValue);
        refusal.Message.ShouldContain("200");
    }

    [Fact]
    public void What_is_no_message_is_refused_with_a_reason()
    {
        foreach (var body in (string[])["", "nonsense", "[]", "{\"command\":\"dance\",\"value\":[\"x\"]}"])
        {
            var opened = new OpenedMessage(Encoding.UTF8.GetBytes(body), null, null);
            new Judge(WireLimits.Default, new AdmissionPolicy(), _clock).Decide(opened, "http", out var message, out var refusal).ShouldBe(Verdict.Refused);
            message.Id.ShouldBeNull();
            refusal.Message.ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public void A_message_is_for_those_its_audience_names()
    {
        var policy = new AdmissionPolicy { Labels = new Dictionary<string, string> { ["host"] = "cache-1", ["region"] = "eu-west-1" } };
        Decide(To(("region", ["eu-west-1"])), out _, policy).ShouldBe(Verdict.Admitted);
        Decide(To(("region", ["us-east-1", "EU-WEST-1"]), ("host", ["cache-1"])), out _, policy).ShouldBe(Verdict.Admitted);
        Decide(To(("region", ["us-east-1"])), out _, policy).ShouldBe(Verdict.NotForUs);
        Decide(To(("region", ["eu-west-1"]), ("host", ["cache-2"])), out _, policy).ShouldBe(Verdict.NotForUs);
        Decide(To(("cloud", ["aws"])), out _, policy).ShouldBe(Verdict.NotForUs);
    }

    [Fact]
    public void Commands_and_hosts_that_are_not_on_the_list_are_refused()
    {
        var policy = new AdmissionPolicy { Commands = [InvalidationCommand.Purge, InvalidationCommand.Xkey], Hosts = ["*.example.org", "example.net"] };
        Refused(Message() with { Command = InvalidationCommand.All, Values = [] }, policy).Reason.ShouldBe(RefusalReason.NotAllowed);
        Refused(Message() with { Host = "www.example.com" }, policy).Message.ShouldContain("*.example.org, example.net");
        Refused(Message() with { Host = "*.net" }, policy).Reason.ShouldBe(RefusalReason.NotAllowed);
        Decide(Message() with { Host = "www.example.org:8443" }, out var held, policy).ShouldBe(Verdict.Admitted);
        held.HeldTo.ShouldBe(["*.example.org", "example.net"]);
        Decide(Message(), out held, policy).ShouldBe(Verdict.Admitted);
        held.HeldTo.ShouldNotBeNull();
    }

    [Fact]
    public void With_keys_only_signed_messages_are_let_in_and_held_to_their_keys_hosts()
    {
        var policy = new AdmissionPolicy
        {
            Hosts = ["*.example.org"],
            Keys = [new SenderKey("cms", Secret) { Hosts = ["www.example.org", "shop.example.com"], Commands = [InvalidationCommand.Purge] }, new SenderKey("old", Secret) { Expires = _clock.GetUtcNow().AddDays(-1) }],
            UnsignedSources = ["http"],
        };
        var judge = new Judge(WireLimits.Default, policy, _clock);
        var signed = new OpenedMessage(MessageSignature.Sign(Message(), "cms", Secret), null, null);
        judge.Decide(signed, "redis", out var message, out _).ShouldBe(Verdict.Admitted);
        message.HeldTo.ShouldBe(["www.example.org"]);

        Refused(Message(), policy).Reason.ShouldBe(RefusalReason.MissingSignature);
        judge.Decide(new OpenedMessage(InvalidationJson.Encode(Message()), null, null), "http", out _, out _).ShouldBe(Verdict.Admitted);
        Reason(MessageSignature.Sign(Message(), "unknown", Secret)).ShouldBe(RefusalReason.BadSignature);
        Reason(MessageSignature.Sign(Message(), "old", Secret)).ShouldBe(RefusalReason.BadSignature);
        Reason(MessageSignature.Sign(Message() with { Command = InvalidationCommand.Xkey, Values = ["a"] }, "cms", Secret)).ShouldBe(RefusalReason.NotAllowed);
        Reason(MessageSignature.Sign(Message() with { Host = "other.example.org" }, "cms", Secret)).ShouldBe(RefusalReason.NotAllowed);
        var forged = Encoding.UTF8.GetString(signed.Body.Span).Replace("/news/", "/shop/", StringComparison.Ordinal);
        Reason(Encoding.UTF8.GetBytes(forged)).ShouldBe(RefusalReason.BadSignature);

        RefusalReason Reason(byte[] body)
        {
            judge.Decide(new OpenedMessage(body, null, null), "redis", out _, out var refusal).ShouldBe(Verdict.Refused);
            return refusal.Reason;
        }
    }

    [Fact]
    public void What_was_let_in_before_a_restart_is_owed_whatever_its_age_and_signature_but_not_beyond_todays_hosts()
    {
        var policy = new AdmissionPolicy { Hosts = ["www.example.org"] };
        var judge = new Judge(WireLimits.Default, policy, _clock);
        var body = InvalidationJson.Encode(Message() with { Expires = _clock.GetUtcNow().AddHours(-1) });
        judge.TryReadmit(body, "01JD", "redis:a", out var message, out _).ShouldBeTrue();
        (message.Id, message.HeldTo).ShouldBe(("01JD", policy.Hosts));
        judge.TryReadmit(InvalidationJson.Encode(Message() with { Host = "elsewhere.org" }), "01JE", "redis:a", out _, out var refusal).ShouldBeFalse();
        refusal.Reason.ShouldBe(RefusalReason.NotAllowed);
    }

    [Fact]
    public void Tags_are_scoped_to_their_host_where_the_agent_says_so()
    {
        var policy = new AdmissionPolicy { ScopeTagsByHost = true };
        var tags = Message() with { Command = InvalidationCommand.Xkey, Values = ["a"] };
        Decide(tags with { Host = "www.example.org" }, out var scoped, policy).ShouldBe(Verdict.Admitted);
        scoped.ScopedToHost.ShouldBeTrue();
        Decide(tags, out scoped, policy).ShouldBe(Verdict.Admitted);
        scoped.ScopedToHost.ShouldBeFalse();
    }

    private Verdict Decide(Invalidation message, out Invalidation admitted, AdmissionPolicy? policy = null)
        => new Judge(WireLimits.Default, policy ?? new AdmissionPolicy(), _clock)
            .Decide(new OpenedMessage(InvalidationJson.Encode(message), null, null), "redis", out admitted, out _);

    private Refusal Refused(Invalidation message, AdmissionPolicy? policy = null)
    {
        var judge = new Judge(WireLimits.Default, policy ?? new AdmissionPolicy(), _clock);
        judge.Decide(new OpenedMessage(InvalidationJson.Encode(message), null, null), "redis", out _, out var refusal).ShouldBe(Verdict.Refused);
        return refusal;
    }

    private static Invalidation Message() => new() { Command = InvalidationCommand.Purge, Values = ["/news/"] };

    private static Invalidation To(params (string Label, string[] Values)[] audience)
        => Message() with { Audience = audience.ToDictionary(row => row.Label, row => (IReadOnlyList<string>)row.Values) };
}
