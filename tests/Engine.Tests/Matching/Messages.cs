using Towncrier.Agent;
using Towncrier.Agent.Indexing;
using Towncrier.Agent.Matching;
using Towncrier.Engine.Tests.Support;
using Towncrier.Wire;

namespace Towncrier.Engine.Tests.Matching;

public sealed class Messages
{
    private static readonly (string Key, string[] Tags)[] Entries =
    [
        ("httpa.org/news/1", ["t1", "all"]), ("httpsa.org/news/1", ["t1"]), ("httpb.org/news/1", ["t2", "all"]),
        ("httpa.org/news/2?x=1", ["t2"]), ("httpa.org/img.png", []), ("httpb.org/", ["all"]),
    ];

    [Theory]
    [InlineData(InvalidationCommand.Purge, null, "/news/1", 3)]
    [InlineData(InvalidationCommand.Purge, "a.org", "/news/1", 2)]
    [InlineData(InvalidationCommand.Purge, "a.org", "https://b.org/news/1#top", 1)]
    [InlineData(InvalidationCommand.Purge, null, "/news/2", 0)]
    [InlineData(InvalidationCommand.Purge, null, "/news/2?x=1", 1)]
    [InlineData(InvalidationCommand.Prefix, null, "/news/", 4)]
    [InlineData(InvalidationCommand.Prefix, null, "b.org/", 2)]
    [InlineData(InvalidationCommand.Wildcard, null, "*.png", 1)]
    [InlineData(InvalidationCommand.Wildcard, null, "a.org/news/*", 3)]
    [InlineData(InvalidationCommand.BanUrl, "a.org", "^/news/[0-9]$", 2)]
    [InlineData(InvalidationCommand.Key, null, "httpsa.org/news/1", 1)]
    [InlineData(InvalidationCommand.Key, null, "httpsa.org/news", 0)]
    [InlineData(InvalidationCommand.Xkey, null, "t1", 2)]
    [InlineData(InvalidationCommand.Xkey, null, "t1 t2", 4)]
    [InlineData(InvalidationCommand.XkeySoft, "a.org", "all", 3)] // tags belong to no host, unless the message says so
    [InlineData(InvalidationCommand.Host, null, "a.org", 4)]
    [InlineData(InvalidationCommand.Host, null, "*.org", 6)]
    [InlineData(InvalidationCommand.Host, null, "nobody.org", 0)]
    public void Each_command_finds_what_it_means_and_knows_it_again(InvalidationCommand command, string? host, string value, int count)
    {
        var index = NewIndex();
        var message = Compile(new Invalidation { Command = command, Host = host, Values = [value] }, index);
        message.Values.ShouldHaveSingleItem().Error.ShouldBeNull();
        var found = message.Find(index).ShouldHaveSingleItem();
        found.Count.ShouldBe(count);
        found.Distinct().Count().ShouldBe(count);
        foreach (var (key, tags) in Entries)
        {
            var facts = new Facts(key, tags);
            message.Matches(EntryView.Of(index.Template, facts.Spans())).ShouldBe(found.Any(e => e.Name == facts.Name), key);
        }
    }

    [Fact]
    public void One_value_that_fails_spoils_none_of_the_others()
    {
        var index = NewIndex();
        var message = Compile(new Invalidation { Command = InvalidationCommand.BanUrl, Values = ["(", "^/img", "(?=x)", "", "^/news/1$"] }, index);
        message.Values.Select(v => v.Error is null).ShouldBe([false, true, false, false, true]);
        message.Values[0].Error!.ShouldContain("not valid");
        message.Find(index).Select(f => f.Count).ShouldBe([0, 1, 0, 0, 3]);
    }

    [Fact]
    public void A_tag_may_be_scoped_and_all_needs_no_value()
    {
        var index = NewIndex();
        var tagged = new Invalidation { Command = InvalidationCommand.Xkey, Host = "b.org", Values = ["all"], ScopedToHost = true };
        Compile(tagged, index).Find(index)[0].Count.ShouldBe(2);
        Compile(new Invalidation { Command = InvalidationCommand.All, Values = [] }, index).Find(index)[0].Count.ShouldBe(6);
        Compile(new Invalidation { Command = InvalidationCommand.All, Host = "b.org", Values = [] }, index).Find(index)[0].Count.ShouldBe(2);
    }

    [Fact]
    public void A_host_that_is_not_named_is_never_any_host()
    {
        var index = NewIndex();
        var message = Compile(new Invalidation { Command = InvalidationCommand.Host, Values = [] }, index);
        message.Values[0].Error.ShouldNotBeNull();
        message.Find(index)[0].ShouldBeEmpty();
    }

    [Fact]
    public void Where_keys_hold_the_decoded_path_urls_and_prefixes_are_decoded()
    {
        var index = Indexes.New("$host$uri$is_args$args");
        new Facts("a.org/ä b/1?q=%41", []).PutInto(index);
        Compile(new Invalidation { Command = InvalidationCommand.Purge, Values = ["/%C3%A4%20b/1?q=%41"] }, index).Find(index)[0].Count.ShouldBe(1);
        Compile(new Invalidation { Command = InvalidationCommand.Prefix, Values = ["/%C3%A4%20b/"] }, index).Find(index)[0].Count.ShouldBe(1);
    }

    [Fact]
    public void A_url_before_an_open_end_is_a_prefix()
    {
        var index = Indexes.New("$host$request_uri$cookie_x");
        new Facts("a.org/1cookie", []).PutInto(index);
        new Facts("a.org/2", []).PutInto(index);
        Compile(new Invalidation { Command = InvalidationCommand.Purge, Values = ["/1"] }, index).Find(index)[0].Count.ShouldBe(1);
    }

    [Fact]
    public void A_filter_holds_all_its_conditions()
    {
        var index = NewIndex();
        Filter(new EntryQuery(null, null, null, null, null, null, 10)).ShouldBe(6);
        Filter(new EntryQuery("a.org", null, null, null, null, null, 10)).ShouldBe(4);
        Filter(new EntryQuery("a.org", null, "t2", null, null, null, 10)).ShouldBe(1);
        Filter(new EntryQuery("a.org", "/news/1", "t1", "/news", "*1", "[0-9]", 10)).ShouldBe(2);
        Filter(new EntryQuery("a.org", null, "t2", "/img", null, null, 10)).ShouldBe(0);
        EntryFilter.Compile(new EntryQuery(null, null, null, null, null, "(", 10), index, [], out var problem);
        problem!.ShouldContain("regular expression");

        int Filter(EntryQuery query)
        {
            var filter = EntryFilter.Compile(query, index, [], out var trouble);
            trouble.ShouldBeNull();
            var found = filter.Find(index).ToList();
            foreach (var (key, tags) in Entries)
            {
                var facts = new Facts(key, tags);
                filter.Passes(EntryView.Of(index.Template, facts.Spans())).ShouldBe(found.Any(e => e.Name == facts.Name), key);
            }

            return found.Count;
        }
    }

    private static CacheIndex NewIndex()
    {
        var index = Indexes.New();
        foreach (var (key, tags) in Entries) new Facts(key, tags).PutInto(index);
        return index;
    }

    private static CompiledMessage Compile(Invalidation message, CacheIndex index)
        => CompiledMessage.Compile(message, index, [], value => ValueRules.Problem(message.Command, value, WireLimits.Default));
}
