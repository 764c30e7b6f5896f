using Towncrier.Host.Doctoring;

namespace Towncrier.Host.Tests.Doctoring;

public class CheckTests
{
    [Fact]
    public void A_good_configuration_has_no_warning() =>
        DoctorFixture.Judge(DoctorFixture.Good).Select(f => f.Id).ShouldBe(["loader.start"]);

    // Each row replaces one text of the good configuration.
    [Theory]
    [InlineData("proxy_cache_key $scheme$host$request_uri;", "", "key.upstream-host", nameof(Severity.Warning))]
    [InlineData("$scheme$host$request_uri", "$scheme$proxy_host$request_uri", "key.upstream-host", nameof(Severity.Warning))]
    [InlineData("$scheme$host$request_uri", "$request_uri", "key.no-host", nameof(Severity.Warning))]
    [InlineData("$scheme$host$request_uri", "$host", "key.no-uri", nameof(Severity.Error))]
    [InlineData("$scheme$host$request_uri", "$host$uri$is_args$args", "key.decoded-uri", nameof(Severity.Warning))]
    [InlineData("$scheme$host$request_uri", "$host$request_uri$cookie_lang", "key.open-end", nameof(Severity.Warning))]
    [InlineData("$scheme$host$request_uri", "\"${host}${request_uri}${http_accept}\"", "key.open-end", nameof(Severity.Warning))]
    [InlineData("proxy_cache_use_stale updating error;", "proxy_cache_use_stale error;", "soft.no-updating", nameof(Severity.Warning))]
    [InlineData("proxy_cache_background_update on;", "", "soft.no-background", nameof(Severity.Warning))]
    [InlineData("proxy_cache_lock on;", "", "hard.no-lock", nameof(Severity.Warning))]
    [InlineData("proxy_cache_lock on;", "proxy_cache_lock on; proxy_cache_revalidate on;", "soft.revalidate", nameof(Severity.Info))]
    [InlineData("proxy_cache_lock on;", "proxy_cache_lock on; open_file_cache max=9;", "open-file-cache", nameof(Severity.Info))]
    [InlineData("proxy_cache_lock on;", "proxy_cache_lock on; proxy_http_version 2;", "http2.tags", nameof(Severity.Warning))]
    [InlineData(" use_temp_path=off", "", "temp-path.on", nameof(Severity.Info))]
    [InlineData("server {", "proxy_cache_path /var/cache/nginx/site keys_zone=y:1m; server {", "path.shared", nameof(Severity.Error))]
    [InlineData("server {", "proxy_cache_path /var/cache/nginx/site/in keys_zone=y:1m; server {", "path.nested", nameof(Severity.Error))]
    [InlineData("proxy_cache_lock on;", "proxy_cache_lock on; location /b { proxy_pass http://b; proxy_cache_key b$host$request_uri; }", "key.several", nameof(Severity.Warning))]
    [InlineData("user www-data;", "user me;", "user.differs", nameof(Severity.Warning))]
    [InlineData("proxy_cache_lock on;", "proxy_cache_lock on", "nginx.syntax", nameof(Severity.Warning))]
    public void A_pitfall_in_the_configuration_is_named(string good, string bad, string id, string severity)
    {
        DoctorFixture.Good.ShouldContain(good);
        var findings = DoctorFixture.Judge(DoctorFixture.Good.Replace(good, bad, StringComparison.Ordinal));

        var finding = findings.FirstOrDefault(f => f.Id == id).ShouldNotBeNull(string.Join('\n', findings));
        finding.Severity.ToString().ShouldBe(severity);
        finding.Where.ShouldStartWith("nginx.conf:");
        finding.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("$host|$request_uri")]
    [InlineData("$request_method$host$request_uri|$cookie_a$cookie_b")]
    [InlineData("www.example.org$request_uri")]
    [InlineData("$mapped_host$request_uri")]
    public void A_sound_key_is_left_alone(string key) =>
        DoctorFixture.Ids(DoctorFixture.Judge(DoctorFixture.Good.Replace("$scheme$host$request_uri", key, StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Fastcgi_without_a_key_is_an_error() =>
        DoctorFixture.Ids(DoctorFixture.Judge(DoctorFixture.Good.Replace("proxy_cache_key $scheme$host$request_uri;", "", StringComparison.Ordinal).Replace("proxy_", "fastcgi_", StringComparison.Ordinal)))
            .ShouldContain("key.missing");

    [Fact]
    public void A_pitfall_of_the_machine_is_named()
    {
        var good = DoctorFixture.Machine;
        Ids(good with { Stat = _ => null }).ShouldBe(["dir.missing"]);
        Ids(good with { Stat = _ => new PathFacts(false, 0x1C0, 33, 33) }).ShouldBe(["dir.not-one"]);
        Ids(good with { Stat = _ => new PathFacts(true, 0x1C0, 1000, 33) }).ShouldBe(["dir.unreadable"]);
        Ids(good with { Stat = _ => new PathFacts(true, 0x140, 33, 33) }).ShouldBe(["dir.unwritable"]);
        Ids(good with { Uid = 1000, Gids = [33], Stat = _ => new PathFacts(true, 0x1F8, 33, 33) }).ShouldBe(["user.differs"]);
        Ids(good with { Uid = 0 }).ShouldBeEmpty();
        Ids(good with { Mount = _ => new MountFacts("/", "ext4", true) }).ShouldBe(["dir.read-only"]);
        Ids(good with { Mount = _ => new MountFacts("/", "nfs4", false) }).ShouldBe(["fs.network"]);
        Ids(good with { Mount = _ => new MountFacts("/", "overlay", false) }).ShouldBe(["fs.overlay"]);
        Ids(good with { Sysctl = n => n.EndsWith("watches", StringComparison.Ordinal) ? 4000 : null }).ShouldBe(["inotify.watches"]);
        Ids(good with { Sysctl = n => n.EndsWith("events", StringComparison.Ordinal) ? 1000 : null }).ShouldBe(["inotify.queue"]);
        Ids(good with { Sysctl = n => n.EndsWith("instances", StringComparison.Ordinal) ? 3 : null }).ShouldBe(["inotify.instances"]);

        static IEnumerable<string> Ids(Machine machine) => DoctorFixture.Ids(DoctorFixture.Judge(DoctorFixture.Good, machine));
    }

    [Theory]
    [InlineData("relatime", "to a day", "strictatime,lazytime")]
    [InlineData("noatime", "by when it was stored", "strictatime,lazytime")]
    [InlineData("noatime, lazytime", "by when it was stored", "strictatime,lazytime")]
    [InlineData("strictatime", "is the least recently used", "with lazytime")]
    [InlineData("strictatime, lazytime", "is the least recently used", "Nothing to do")]
    public void How_reads_are_noted_is_told_and_what_it_means_for_limits(string times, string means, string remedy)
    {
        var found = DoctorFixture.Judge(DoctorFixture.Good, DoctorFixture.Machine with { Mount = _ => new MountFacts("/srv", "ext4", false, times) });
        var finding = found.Where(f => f.Id == "fs.atime").ShouldHaveSingleItem();
        (finding.Severity, finding.Where).ShouldBe((Severity.Info, "/srv"));
        finding.What.ShouldContain($"is mounted with {times}: ");
        finding.What.ShouldContain(means);
        finding.Remedy.ShouldContain(remedy);
    }

    [Fact]
    public void Another_file_system_for_temporary_files_is_told()
    {
        var machine = DoctorFixture.Machine with { Mount = p => new MountFacts(p.StartsWith("/var/lib", StringComparison.Ordinal) ? "/var/lib" : "/", "ext4", false) };
        var text = DoctorFixture.Good.Replace(" use_temp_path=off", "", StringComparison.Ordinal);

        DoctorFixture.Ids(DoctorFixture.Judge(text, machine)).ShouldBe(["temp-path.copy"]);
        DoctorFixture.Ids(DoctorFixture.Judge(text.Replace("proxy_cache z;", "proxy_cache z; proxy_temp_path /var/tmp;", StringComparison.Ordinal), machine)).ShouldBeEmpty();
    }

    [Fact]
    public void State_in_the_cache_and_an_unknown_cache_are_told()
    {
        DoctorFixture.Ids(DoctorFixture.Judge(DoctorFixture.Good, state: DoctorFixture.Path + "/state")).ShouldBe(["state.inside"]);
        DoctorFixture.Ids(DoctorFixture.Judge(DoctorFixture.Good, caches: "/elsewhere")).ShouldBe(["cache.unknown"]);
        DoctorFixture.Ids(DoctorFixture.Judge("http { }")).ShouldBe(["cache.none"]);
    }

    [Fact]
    public void A_big_cache_loads_slowly_and_wants_a_longer_queue() =>
        DoctorFixture.Judge(DoctorFixture.Good, survey: new CacheSurvey { Files = 600_000, Directories = 4113 })
            .Select(f => f.Id).ShouldBe(["inotify.queue", "loader.slow", "loader.start"]);
}
