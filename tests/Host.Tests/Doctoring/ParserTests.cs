using System.Text;
using Towncrier.Host.Doctoring.Nginx;

namespace Towncrier.Host.Tests.Doctoring;

public class ParserTests
{
    // One word per bracket, so that blanks show.
    [Theory]
    [InlineData("a b c;", "[a][b][c];")]
    [InlineData("a\t'b c' \"d;e\";", "[a][b c][d;e];")]
    [InlineData("a # words { ; '\nb;", "[a][b];")]
    [InlineData("a b#c;", "[a][b#c];")]
    [InlineData("key \"${scheme}x\" ${host}$uri;", "[key][${scheme}x][${host}$uri];")]
    [InlineData(@"log '\''  ""\"""" a\ b \d \n;", "[log]['][\"][a\\ b][\\d][\n];")]
    [InlineData("if ($a ~* \"x{2}\") { b; }", "[if][($a][~*][x{2}][)]{[b];}")]
    [InlineData("location ~ ^/a$ {}", "[location][~][^/a$]{}")]
    [InlineData("content_by_lua_block { if a then { '}' } end } b;", "[content_by_lua_block]{}[b];")]
    [InlineData("map $a $b { default ''; }", "[map][$a][$b]{[default][];}")]
    public void Tokens_follow_nginx(string text, string expected)
    {
        var problems = new List<string>();
        Show(NginxParser.Parse(text, "f", problems)).ShouldBe(expected);
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a b", "f:1: 'a' has no ';'")]
    [InlineData("a {\nb;", "f:2: '}' is missing for 'a' of line 1")]
    [InlineData("a;\n}", "f:2: unexpected '}'")]
    [InlineData("\n;", "f:2: unexpected ';'")]
    [InlineData("a { b }", "f:1: 'b' has no ';'")]
    public void What_nginx_refuses_is_told_with_its_line(string text, string problem)
    {
        var problems = new List<string>();
        NginxParser.Parse(text, "f", problems);
        problems.ShouldBe([problem]);
    }

    [Fact]
    public void A_dump_keeps_the_file_and_line_of_every_directive()
    {
        const string Dump = """
            nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
            # configuration file /etc/nginx/nginx.conf:
            user www-data;
            http {
                include conf.d/*.conf;
            }

            # configuration file /etc/nginx/conf.d/a.conf:
            proxy_cache_path /var/a keys_zone=a:1m;

            # configuration file /etc/nginx/conf.d/sub/b.conf:
            proxy_cache_path /var/b keys_zone=b:1m;
            """;
        var model = NginxModel.Read(Dump, "nginx -T", "/usr/share/nginx");

        model.Problems.ShouldBeEmpty();
        model.User!.Where.ShouldBe("/etc/nginx/nginx.conf:1");
        model.Zones.ShouldHaveSingleItem().Directive.Where.ShouldBe("/etc/nginx/conf.d/a.conf:1");
    }

    [Fact]
    public void A_plain_file_reads_its_includes_from_disk_and_loops_end()
    {
        using var temp = new TempDirectory();
        temp.Write("conf.d/a.conf", "proxy_cache_path rel levels=1:2 keys_zone=a:1m;\ninclude conf.d/a.conf;");
        var main = temp.Write("nginx.conf", "http { include conf.d/*.conf; }");
        var model = NginxModel.Read(File.ReadAllText(main), main, "/prefix");

        model.Zones[0].Path.ShouldBe("/prefix/rel");
        model.Zones[0].MaxDirectories.ShouldBe(1 + 16 + (16 * 256));
        model.Problems.ShouldHaveSingleItem().ShouldContain("too deeply");
    }

    [Fact]
    public void Directives_are_inherited_from_the_nearest_level_that_has_any()
    {
        var model = NginxModel.Read("""
            http {
                proxy_cache_path /c keys_zone=z:1m;
                proxy_cache z; proxy_cache_key $host$request_uri; proxy_cache_use_stale error;
                server {
                    proxy_cache_use_stale updating timeout;
                    location / { proxy_pass http://u; location /in { proxy_cache_key x$request_uri; proxy_pass http://u; } }
                    location /off { proxy_cache off; proxy_pass http://u; }
                    location /if { if ($a) { proxy_pass http://u; } }
                    location /php { fastcgi_pass u; }
                }
            }
            """, "f", "/");

        model.Places.Select(p => p.Key!.Template).ShouldBe(["$host$request_uri", "x$request_uri", "$host$request_uri"]);
        model.Places.ShouldAllBe(p => p.Own("cache_use_stale")!.Args.Contains("updating"));
        NginxKeys.For(model, "/c/").Select(k => k.Template).ShouldBe(["$host$request_uri", "x$request_uri"]);
        NginxKeys.For(model, "/d").ShouldBeEmpty();
    }

    [Fact]
    public void Without_a_key_it_is_the_default_and_only_proxy_has_one()
    {
        const string Text = """
            http {
              proxy_cache_path /p keys_zone=p:1m; fastcgi_cache_path /f keys_zone=f:1m;
              server { location / { proxy_pass http://u; proxy_cache p; } location /f { fastcgi_pass u; fastcgi_cache f; } }
            }
            """;
        NginxKeys.For(Text, "/p").ShouldBe([new NginxKey("$scheme://$proxy_host$request_uri", "/etc/nginx/nginx.conf:3", true)]);
        NginxKeys.For(Text, "/f").ShouldBeEmpty();
    }

    [Fact]
    public void Hostile_text_never_throws()
    {
        var random = new Random(20261121);
        var pieces = new[] { "http", "server", "location", "include", "*", "proxy_pass", "proxy_cache", "proxy_cache_path", "/c", "keys_zone=", "levels=1:2", "loader_sleep=9s", " ", "{", "}", ";", "'", "\"", "\\", "#", "\n", "$", "${", "# configuration file x:\n", "_by_lua_block", "\0", "é" };
        for (var round = 0; round < 5000; round++)
        {
            var text = new StringBuilder("http {");
            for (var n = random.Next(60); n > 0; n--) text.Append(pieces[random.Next(pieces.Length)]).Append(random.Next(3) == 0 ? "" : " ");
            var model = NginxModel.Read(text.ToString(), "f", "/");
            foreach (var zone in model.Zones) (zone.MaxDirectories > 0 && zone.LoaderRate >= 0).ShouldBeTrue();
        }

        NginxModel.Read(string.Concat(Enumerable.Repeat("a {", 500_000)), "f", "/").Problems.ShouldNotBeEmpty();
    }

    private static string Show(IEnumerable<NginxDirective> items) => string.Concat(items.Select(i =>
        $"[{i.Name}]" + string.Concat(i.Args.Select(a => $"[{a}]")) + (i.Block is null ? ";" : "{" + Show(i.Block) + "}")));
}
