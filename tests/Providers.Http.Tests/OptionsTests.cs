namespace Towncrier.Providers.Http.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void The_defaults_have_no_problem() => new HttpSourceOptions().Problems().ShouldBeEmpty();

    [Fact]
    public void Every_problem_is_listed() => new HttpSourceOptions
    {
        MaxBodyBytes = 0,
        MaxWait = TimeSpan.Zero,
        Capacity = 0,
        OwnAuthorities = ["h:1", " "],
    }.Problems().ShouldBe([
        "http.max_body_bytes must be 1024..67108864",
        "http.max_wait must be 1ms..1h",
        "http.capacity must be 1..1000000",
        "http.own_authorities holds \" \"",
    ]);
}
