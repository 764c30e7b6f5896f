using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Towncrier.Host.Doctoring;
using Towncrier.Host.Doctoring.Nginx;
using Towncrier.Peers;

namespace Towncrier.Host.Tests.Doctoring;

/// <summary>What the parser and the key rules assume, held against the installed nginx.</summary>
public class RealNginxTests
{
    private static readonly string? Nginx = new[] { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_dump_is_read_and_judged()
    {
        using var temp = Setup(FreePort.Next());
        var (text, why) = await NginxProgram.DumpAsync(["-p", temp.Path, "-c", Path.Combine(temp.Path, "nginx.conf")], Cancel);
        text.ShouldNotBeNull(why);
        var dump = temp.Write("dump.txt", text);
        Directory.Delete(temp.Path + "/cache"); // nginx -T makes what is missing

        NginxKeys.For(text, temp.Path + "/cache").ShouldHaveSingleItem().IsDefault.ShouldBeTrue();
        foreach (var file in new[] { dump, Path.Combine(temp.Path, "nginx.conf") })
        {
            var (code, output, error) = await RunAsync(new DoctorOptions { NginxFile = file, Json = true, Caches = [temp.Path + "/cache"] });
            error.ShouldBe("");
            var findings = output.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
            findings.ShouldContain(f => f.GetProperty("id").GetString() == "key.upstream-host" && f.GetProperty("where").GetString()!.EndsWith("/sites/one.conf:4"));
            code.ShouldBe(Doctor.Ill);
            findings[0].GetProperty("id").GetString().ShouldBe("dir.missing");
        }
    }

    [Fact]
    public async Task The_default_key_is_what_nginx_writes_and_its_files_are_known()
    {
        var port = FreePort.Next();
        using var temp = Setup(port);
        using var nginx = Process.Start(new ProcessStartInfo(Nginx!, ["-p", temp.Path, "-c", Path.Combine(temp.Path, "nginx.conf"), "-g", "daemon off;"]) { RedirectStandardError = true })!;
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            (await GetAsync(client, "/a%20b?q=1")).ShouldBe("hello");
            var file = Directory.EnumerateFiles(temp.Path + "/cache", "*", SearchOption.AllDirectories).Single(f => Path.GetFileName(f).Length == 32);
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancel));

            // NginxKey.DefaultTemplate, with its variables filled in.
            text.ShouldContain($"\nKEY: http://127.0.0.1:{port}/origin/a%20b?q=1\n");
            var survey = CacheSurvey.Of(temp.Path + "/cache", [1, 2]);
            (survey.Files, survey.Misplaced.Count, survey.Foreign.Count, survey.OtherVersion.Count, survey.Http2.Count).ShouldBe((1, 0, 0, 0, 0));
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task What_is_no_configuration_ends_with_2()
    {
        using var temp = new TempDirectory();
        foreach (var file in new[] { temp.Write("x", "hello world"), temp.Path + "/nope", temp.Path })
        {
            var (code, output, error) = await RunAsync(new DoctorOptions { NginxFile = file });
            (code, output, error.Length > 0).ShouldBe((Doctor.Unreadable, "", true));
        }
    }

    [Fact]
    public async Task Text_has_a_paragraph_for_each_finding()
    {
        using var temp = new TempDirectory();
        Directory.CreateDirectory(temp.Path + "/c");
        var file = temp.Write("nginx.conf", $"http {{ proxy_cache_path {temp.Path}/c keys_zone=z:1m use_temp_path=off; server {{ location / {{ proxy_cache z; proxy_cache_key $host$request_uri; proxy_pass http://u; }} }} }}");
        var (code, output, _) = await RunAsync(new DoctorOptions { NginxFile = file });

        code.ShouldBe(Doctor.Healthy, output);
        output.ShouldContain($"warning hard.no-lock ({file}:1)\n  proxy_cache_lock is off");
        output.ShouldContain(" warnings, ");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(DoctorOptions options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Doctor.RunAsync(options, output, error, null, Cancel);
        return (code, output.ToString(), error.ToString());
    }

    // The server is its own origin, below /origin.
    private static TempDirectory Setup(int port)
    {
        Assert.SkipWhen(Nginx is null, "nginx is not installed");
        var temp = new TempDirectory();
        temp.Write("logs/error.log", "");
        temp.Write("nginx.conf", $$"""
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            pid {{temp.Path}}/nginx.pid;
            error_log {{temp.Path}}/logs/error.log;
            events { }
            http {
                access_log off;
                proxy_cache_path {{temp.Path}}/cache levels=1:2 keys_zone=z:1m;
                proxy_temp_path {{temp.Path}}/tmp;
                client_body_temp_path {{temp.Path}}/tmp1;
                fastcgi_temp_path {{temp.Path}}/tmp2;
                uwsgi_temp_path {{temp.Path}}/tmp3;
                scgi_temp_path {{temp.Path}}/tmp4;
                include sites/*.conf;
            }
            """);
        temp.Write("sites/one.conf", $$"""
            server {
                listen 127.0.0.1:{{port}};
                location /origin/ { add_header Cache-Control max-age=600; return 200 hello; }
                location / { proxy_pass http://127.0.0.1:{{port}}/origin/; proxy_cache z; }
            }
            """);
        return temp;
    }

    // nginx needs a moment until it listens.
    private static async Task<string> GetAsync(HttpClient client, string url)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                return await client.GetStringAsync(url, deadline.Token);
            }
            catch (HttpRequestException) when (!deadline.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(deadline.Token);
            }
        }
    }
}
