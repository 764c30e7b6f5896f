namespace Towncrier.Providers.Redis.Tests;

public sealed class AddressTests
{
    [Theory]
    [InlineData("redis://127.0.0.1:6379", "redis://127.0.0.1:6379/0", null, null)]
    [InlineData("redis://host", "redis://host:6379/0", null, null)]
    [InlineData("REDIS://host/", "redis://host:6379/0", null, null)]
    [InlineData("redis://:pass@host", "redis://host:6379/0", null, "pass")]
    [InlineData("redis://user:pass@host/2", "redis://host:6379/2", "user", "pass")]
    [InlineData("redis://user@host?db=3", "redis://host:6379/3", "user", null)]
    [InlineData("redis://u%3Aser:p%40%2F%3F%23%25s@host", "redis://host:6379/0", "u:ser", "p@/?#%s")]
    [InlineData("redis://user:p@ss:w@host", "redis://host:6379/0", "user", "p@ss:w")]
    [InlineData("redis://[::1]:7000/1", "redis://[::1]:7000/1", null, null)]
    [InlineData("redis://[::1]", "redis://[::1]:6379/0", null, null)]
    [InlineData("rediss://bus:6380?ca=/etc/my%20ca.pem", "rediss://bus:6380/0", null, null)]
    [InlineData("unix:///run/redis.sock", "unix:///run/redis.sock?db=0", null, null)]
    [InlineData("redis+unix://user:pass@/run/redis.sock?db=4", "unix:///run/redis.sock?db=4", "user", "pass")]
    [InlineData("redis+sentinel://a,b:5000/mymaster", "redis+sentinel://a:26379,b:5000/mymaster/0", null, null)]
    [InlineData("rediss+sentinel://u:p@[::1],b/my/7?sentinel_user=su&sentinel_password=s%26p", "rediss+sentinel://[::1]:26379,b:26379/my/7", "u", "p")]
    public void Urls_are_read_and_told_again_without_the_password(string url, string shown, string? user, string? password)
    {
        RedisAddress.TryParse(url, out var address, out var problem).ShouldBeTrue(problem);
        address!.ToString().ShouldBe(shown);
        address.User.ShouldBe(user);
        address.Password.ShouldBe(password);
    }

    [Fact]
    public void The_query_is_decoded()
    {
        Make.Address("rediss://bus?ca=/etc/my%20ca.pem").CaFile.ShouldBe("/etc/my ca.pem");
        var sentinel = Make.Address("redis+sentinel://a/m?sentinel_user=su&sentinel_password=s%26p");
        (sentinel.SentinelUser, sentinel.SentinelPassword).ShouldBe(("su", "s&p"));
    }

    [Theory]
    [InlineData(null, "starts with redis://")]
    [InlineData("", "starts with redis://")]
    [InlineData("127.0.0.1:6379", "starts with redis://")]
    [InlineData("http://host", "not with http://")]
    [InlineData("redis://", "no host")]
    [InlineData("redis://:6379", "no host")]
    [InlineData("redis://@host", "neither user nor password")]
    [InlineData("redis://host:0", "port must be")]
    [InlineData("redis://host:65536", "port must be")]
    [InlineData("redis://host:port", "port must be")]
    [InlineData("redis://user:sec/ret@host", "port must be")]
    [InlineData("redis://::1:6379", "in brackets")]
    [InlineData("redis://ho st", "not one")]
    [InlineData("redis://host/name", "must be a number")]
    [InlineData("redis://host/1/2", "nothing more")]
    [InlineData("redis://host/-1", "must be a number")]
    [InlineData("redis://host?db=x", "must be a number")]
    [InlineData("redis://host?timeout=3", "no such query")]
    [InlineData("redis://host?ca=/x", "no such query")]
    [InlineData("redis://host?db", "no such query")]
    [InlineData("redis://a,b", "several hosts")]
    [InlineData("redis://host#x", "%23")]
    [InlineData("redis://ho\nst", "control character")]
    [InlineData("unix://run/redis.sock", "three slashes")]
    [InlineData("unix:///", "no path")]
    [InlineData("redis+sentinel://a,b", "names the master")]
    [InlineData("redis+sentinel://a,,b/m", "no host")]
    public void Every_other_is_refused_with_its_problem(string? url, string words)
    {
        RedisAddress.TryParse(url, out var address, out var problem).ShouldBeFalse();
        address.ShouldBeNull();
        problem.ShouldContain(words);
        problem.ShouldNotContain("sec");
    }

    [Fact]
    public void Junk_never_throws()
    {
        var random = new Random(5);
        ReadOnlySpan<string> parts = ["redis", "s", "+sentinel", "unix", "://", ":", "@", "/", "?", "&", "=", "%", "%2", "%zz", "[", "]", ",", "db", "ca", "host", "1", "\\", "\ud800", "#", ".."];
        for (var round = 0; round < 200_000; round++)
        {
            var url = (random.Next(2) == 0 ? "redis://" : "") + string.Concat(random.GetItems(parts, random.Next(10)));
            if (RedisAddress.TryParse(url, out var address, out var problem) ? address!.ToString().Length == 0 : problem.Length == 0) Assert.Fail(url);
        }
    }
}
