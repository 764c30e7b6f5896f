using Towncrier.Agent.Indexing;
using Towncrier.Agent.Nginx;
using Towncrier.Engine.Tests.Support;

namespace Towncrier.Engine.Tests.Indexing;

public sealed class Extremes
{
    [Fact]
    public void One_url_may_have_ten_thousand_variants()
    {
        const int variants = 10_000;
        var index = Indexes.New();
        for (var i = 0; i < variants; i++) new Facts("httpexample.org/a", ["t"]) { Name = new EntryName((UInt128)(uint)i) }.PutInto(index);
        index.Url("/a").Length.ShouldBe(variants);
        index.Key("httpexample.org/a").Length.ShouldBe(variants);
        index.Tag("t").Length.ShouldBe(variants);
        var random = new Random(4);
        foreach (var i in Enumerable.Range(0, variants).OrderBy(_ => random.Next()).Take(variants - 10)) index.Remove(new EntryName((UInt128)(uint)i), Levels.None).ShouldBeTrue();
        index.Url("/a").Length.ShouldBe(10);
        index.Tag("t").Length.ShouldBe(10);
        index.CheckIntegrity();
    }

    [Fact]
    public void An_entry_with_very_many_tags_spoils_nothing_for_its_neighbours()
    {
        var index = Indexes.New();
        var many = Enumerable.Range(0, 20_000).Select(i => $"t{i}").ToArray();
        new Facts("httpexample.org/before", ["t1"]).PutInto(index);
        new Facts("httpexample.org/many", many).PutInto(index);
        for (var i = 0; i < 20_000; i++) new Facts($"httpexample.org/after-{i}", ["after"]).PutInto(index);
        index.CheckIntegrity();
        index.Tag("t1").Length.ShouldBe(2);
        index.Tag("t19999").ShouldBe([EntryName.OfKey("httpexample.org/many"u8)]);
        index.Url("/after-19999").Length.ShouldBe(1);
        index.Tag("after").Length.ShouldBe(20_000);
        index.Remove(EntryName.OfKey("httpexample.org/many"u8), Levels.None).ShouldBeTrue();
        index.Tags.ShouldBe(2);
        index.CheckIntegrity();
    }

    [Fact]
    public void Keys_that_do_not_fit_hide_none_that_do()
    {
        var index = Indexes.New("auto");
        new Facts("no slash in it", []).PutInto(index);
        new Facts("/path", []).PutInto(index);
        index.Sites().Select(s => s.Parsed).ShouldBe([true, false], ignoreOrder: true);
        index.Key("/path").Length.ShouldBe(1);
        index.Key("no slash in it").Length.ShouldBe(1);
        new Facts("no slash in it", []) { Name = EntryName.OfKey("/path"u8) }.PutInto(index).ShouldBe(PutOutcome.Changed);
        index.Key("no slash in it").Length.ShouldBe(2);
        index.Sites().Length.ShouldBe(1);
        index.CheckIntegrity();
    }

    [Fact]
    public void The_longest_keys_and_many_hosts_are_kept()
    {
        var index = Indexes.New();
        for (var i = 0; i < 3000; i++) new Facts($"http{i}.example.org/{new string('x', i % 100 == 0 ? 32_000 : 10)}", []).PutInto(index);
        (index.Count, index.Sites().Length).ShouldBe((3000L, 3000));
        index.CheckIntegrity();
        for (var i = 0; i < 3000; i += 2) index.Remove(EntryName.OfKey(System.Text.Encoding.ASCII.GetBytes($"http{i}.example.org/{new string('x', i % 100 == 0 ? 32_000 : 10)}")), Levels.None).ShouldBeTrue();
        index.Sites().Length.ShouldBe(1500);
        index.CheckIntegrity();
    }

    [Fact]
    public void A_removal_leaves_what_was_put_again_meanwhile()
    {
        var index = Indexes.New();
        var facts = new Facts("httpexample.org/a", ["t"]);
        facts.PutInto(index);
        var ticket = index.BeginRemoval(facts.Name, facts.Levels);
        facts.PutInto(index);
        index.EndRemoval(facts.Name, facts.Levels, ticket);
        index.Count.ShouldBe(1);
        ticket = index.BeginRemoval(facts.Name, facts.Levels);
        index.Remove(facts.Name, facts.Levels);
        facts.PutInto(index);
        index.EndRemoval(facts.Name, facts.Levels, ticket);
        index.Count.ShouldBe(1);
        index.EndRemoval(facts.Name, facts.Levels, index.BeginRemoval(facts.Name, facts.Levels));
        index.Count.ShouldBe(0);
        index.EndRemoval(facts.Name, facts.Levels, RemovalTicket.Unknown);
        index.CheckIntegrity();
    }

    [Fact]
    public void Levels_are_part_of_a_name()
    {
        var index = Indexes.New();
        var facts = new Facts("httpexample.org/a", []);
        facts.PutInto(index);
        (facts with { Levels = new Levels(7) }).PutInto(index).ShouldBe(PutOutcome.Added);
        index.Remove(facts.Name, new Levels(1)).ShouldBeFalse();
        index.Remove(facts.Name, new Levels(7)).ShouldBeTrue();
        index.Count.ShouldBe(1);
        index.CheckIntegrity();
    }
}
