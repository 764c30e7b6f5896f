using Towncrier.Agent.Disk;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Matching.Bans;

/// <summary>Ban expressions on single entries, where Varnish has nothing to compare with: keys, hosts and forms that only nginx has.</summary>
public sealed class On_entries
{
    private const long Now = 1_800_000_000;

    [Theory]
    [InlineData("$scheme$host$request_uri", "", "req.http.host == a.org", true)]
    [InlineData("$scheme$host$request_uri", "", "req.http.host == b.org", false)]
    [InlineData("$scheme$host$request_uri", "", "req.http.host == sa.org", false)]
    [InlineData("$scheme$proxy_host$request_uri", "", "req.http.host == a.org", true)] // the upstream is named itself
    [InlineData("$scheme$proxy_host$request_uri", "", "req.http.host == b.org && req.url ~ .", true)] // it may be served from here
    [InlineData("$scheme$proxy_host$request_uri", "", "req.http.host ~ b && req.url ~ .", true)]
    [InlineData("$scheme$proxy_host$request_uri", "", "req.http.host == b.org", false)] // but a whole host has to be known
    [InlineData("$scheme$proxy_host$request_uri", "", "req.http.host ~ b", false)]
    [InlineData("$scheme$proxy_host$request_uri", "b.org c.org", "req.http.host == b.org", true)]
    [InlineData("$scheme$proxy_host$request_uri", "b.org c.org", "req.http.host ~ ^c", true)]
    [InlineData("$scheme$proxy_host$request_uri", "b.org c.org", "req.http.host ~ ^d && req.url ~ .", false)]
    [InlineData("$scheme$proxy_host$request_uri", "*.b.org", "req.http.host ~ ^d && req.url ~ .", true)]
    [InlineData("$scheme$proxy_host$request_uri", "b.org", "req.http.host != b.org", false)]
    [InlineData("$scheme$proxy_host$request_uri", "b.org", "obj.http.x-host == b.org", true)]
    [InlineData("$scheme$proxy_host$request_uri", "", "req.http.host == \"\" && req.url ~ .", false)]
    [InlineData("$scheme$request_uri", "", "req.http.host == b.org && req.url ~ .", true)]
    [InlineData("$scheme$request_uri", "", "req.http.host == b.org", false)]
    public void The_host_is_the_keys_or_the_caches(string template, string hosts, string expression, bool meant)
        => Means(expression, "httpa.org/x", template: template, hosts: hosts).ShouldBe(meant);

    [Theory]
    [InlineData("httpsa.org/x", "req.http.host == a.org", true)] // https and a.org, or http and sa.org: the same key
    [InlineData("httpsa.org/x", "req.http.host == sa.org", true)]
    [InlineData("httpsa.org/x", "req.http.host == s", false)]
    [InlineData("no url at all", "req.http.host != a.org", true)]
    [InlineData("no url at all", "req.http.host ~ .", false)]
    public void A_key_that_can_be_read_in_two_ways_or_in_none(string key, string expression, bool meant) => Means(expression, key).ShouldBe(meant);

    [Theory]
    [InlineData("req.url == /%C3%BC%20b?q=1", true)]
    [InlineData("req.url != /%C3%BC%20b?q=1", false)]
    [InlineData("req.url ~ ü", true)]
    [InlineData("obj.http.x-url == /%C3%BC%20b?q=1", true)]
    public void Where_keys_hold_decoded_paths_the_url_is_decoded(string expression, bool meant)
        => Means(expression, "a.org/ü b?q=1", template: "$host$uri$is_args$args").ShouldBe(meant);

    [Theory]
    [InlineData("req.url == /1", true)]
    [InlineData("req.url != /1", true)]
    [InlineData("req.url == /2", false)]
    public void Before_an_open_end_a_url_is_a_prefix(string expression, bool meant)
        => Means(expression, "a.org/1cookie", template: "$host$request_uri$cookie_x").ShouldBe(meant);

    [Theory]
    [InlineData("fastcgi-split-tag.bin", "obj.status == 200", true)]
    [InlineData("fastcgi-split-everywhere.bin", "obj.status == 200", true)]
    [InlineData("proxy-404.bin", "obj.status == 404", true)]
    [InlineData("scgi-cgi.bin", "obj.status == 200", true)]
    [InlineData("uwsgi-raw-http.bin", "obj.status == 200", true)]
    public void Every_form_of_a_response_head_has_its_status(string file, string expression, bool meant)
    {
        var bytes = Golden.Of(file).Read();
        var index = Indexes.New();
        Compile(expression, index, []).Matches(EntryView.Of(index.Template, Read(bytes))).ShouldBe(meant);
    }

    [Fact]
    public void Tags_in_fastcgi_records_are_read_across_their_frames()
    {
        foreach (var golden in Golden.All.Where(g => g.Kind == "fastcgi" && g.Tags.Length > 0))
        {
            var index = Indexes.New();
            var header = new[] { "surrogate-key", "cache-tag", "xkey" };
            var tag = System.Text.RegularExpressions.Regex.Escape(golden.Tags[0]);
            header.Any(name => Compile($"obj.http.{name} ~ {tag}", index, []).Matches(EntryView.Of(index.Template, Read(golden.Read())))).ShouldBeTrue(golden.File);
        }
    }

    [Fact]
    public void Without_its_head_an_entry_is_meant_when_nothing_else_speaks_against_it()
    {
        var index = Indexes.New();
        var entry = new Facts("httpa.org/x", []).Spans(); // as from a scan's batch
        Compile("obj.http.x-foo == bar && req.url == /x", index, []).Matches(EntryView.Of(index.Template, entry)).ShouldBeTrue();
        Compile("obj.http.x-foo == bar && req.url == /y", index, []).Matches(EntryView.Of(index.Template, entry)).ShouldBeFalse();
        entry.HasLines = true;
        Compile("obj.http.x-foo == bar && req.url == /x", index, []).Matches(EntryView.Of(index.Template, entry)).ShouldBeFalse();
    }

    [Fact]
    public void Ages_are_as_of_the_ban_and_the_search_leaves_out_what_the_index_rules_out()
    {
        var index = Indexes.New();
        new Facts("httpa.org/old", []) { Stored = Now - 7200, Valid = Now + 60 }.PutInto(index);
        new Facts("httpa.org/new", []) { Stored = Now - 60, Valid = Now + 7200 }.PutInto(index);
        new Facts("httpb.org/new", []) { Stored = Now - 60, Valid = Now + 7200 }.PutInto(index);
        Found("obj.age < 1h").ShouldBe(2);
        Found("obj.age <= 1m").ShouldBe(2);
        Found("obj.age > 1h").ShouldBe(3); // another cache may have held it before: only the head tells
        Found("obj.ttl < 1h").ShouldBe(1);
        Found("obj.ttl >= 2h").ShouldBe(2);
        Found("obj.status != 200").ShouldBe(0);
        Found("obj.status == 200 && obj.http.x == y").ShouldBe(3);
        Found("req.http.host == a.org").ShouldBe(2);
        Found("req.http.host ~ ^b && obj.http.x == y").ShouldBe(1);
        Found("req.url == /new").ShouldBe(2);
        Found("req.url == /new && req.http.host == b.org").ShouldBe(1);
        Found("req.url ~ ^/o").ShouldBe(1);
        int Found(string expression) => Compile(expression, index, []).Candidates(index).Count;
    }

    [Fact]
    public void Many_bans_share_one_search_and_each_entry_is_found_once()
    {
        var index = Indexes.New();
        for (var i = 0; i < 100; i++) new Facts($"http{(i % 2 == 0 ? "a" : "b")}.org/{i}", []).PutInto(index);
        string[] expressions = [.. Enumerable.Range(0, 1000).Select(i => (i % 4) switch
        {
            0 => $"obj.http.x-tag == {i} && req.http.host == a.org",
            1 => $"req.url == /{i % 8}",
            2 => "req.url ~ ^/1",
            _ => "req.url == /1",
        })];
        var message = new Invalidation { Command = InvalidationCommand.Ban, Values = expressions };
        var found = CompiledMessage.Compile(message, index, [], _ => null).Candidates(index);
        found.Select(e => e.Name).Distinct().Count().ShouldBe(found.Count);
        found.Count.ShouldBe(50 + 7); // all of a.org, and of b.org 1, 5, 11, 13 to 19
    }

    [Theory]
    [InlineData("a.org", true)]
    [InlineData("b.org", false)]
    public void A_message_that_is_scoped_to_its_host_reaches_no_other(string host, bool meant)
    {
        var index = Indexes.New();
        new Facts("httpa.org/x", []).PutInto(index);
        foreach (var scoped in (bool[])[true, false])
        {
            var message = new Invalidation { Command = InvalidationCommand.Ban, Host = host, ScopedToHost = scoped, Values = ["req.url ~ ."] };
            var compiled = CompiledMessage.Compile(message, index, [], _ => null, DateTimeOffset.FromUnixTimeSeconds(Now));
            compiled.Candidates(index).Count.ShouldBe(meant || !scoped ? 1 : 0);
            compiled.Matches(EntryView.Of(index.Template, new Facts("httpa.org/x", []).Spans())).ShouldBe(meant || !scoped);
        }
    }

    private static bool Means(string expression, string key, string template = "$scheme$host$request_uri", string hosts = "")
    {
        var index = Indexes.New(template);
        new Facts(key, []).PutInto(index);
        var message = Compile(expression, index, hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var meant = message.Matches(EntryView.Of(index.Template, Read(new CacheFile { Key = key }.ToBytes())));
        message.Candidates(index).Count.ShouldBeGreaterThanOrEqualTo(meant ? 1 : 0, "what is meant has to be found");
        return meant;
    }

    private static CompiledMessage Compile(string expression, CacheIndex index, string[] hosts)
    {
        var message = new Invalidation { Command = InvalidationCommand.Ban, Values = [expression] };
        var compiled = CompiledMessage.Compile(message, index, hosts, _ => null, DateTimeOffset.FromUnixTimeSeconds(Now));
        compiled.Values[0].Error.ShouldBeNull();
        return compiled;
    }

    private static EntryFacts Read(byte[] bytes)
    {
        CacheHead.Parse(bytes, whole: true, out var head, out _).ShouldBe(HeadProblem.None);
        return new HeadReader(TagHeaders.Default).FactsOf(head, default, default, bytes.Length);
    }
}
