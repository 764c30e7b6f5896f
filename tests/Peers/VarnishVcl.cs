namespace Towncrier.Peers;

/// <summary>
/// VCLs for <see cref="VarnishServer"/>. <see cref="Original"/> is what varnish-towncrier's documentation tells its users
/// to write, with x-url and x-host for the ban lurker. Answers carry <c>x-cache: hit</c> or <c>miss</c> for the tests.
/// </summary>
public static class VarnishVcl
{
    /// <param name="purgers">Who may purge, as lines of an acl.</param>
    public static string Original(int originPort, string purgers = "\"127.0.0.1\";") => Text(
        originPort, purgers,
        """
                if (req.http.x-ban-expression) {
                    ban(req.http.x-ban-expression);
                } else if (req.http.x-ban-url) {
                    ban("obj.http.x-host == " + req.http.host + " && obj.http.x-url ~ " + req.http.x-ban-url);
                }
                return (synth(200, "Banned"));
        """);

    /// <summary>The same with <c>std.ban</c>, which says what is wrong with an expression.</summary>
    public static string WithBanErrors(int originPort) => Text(
        originPort, "\"127.0.0.1\";",
        """
                if (std.ban(req.http.x-ban-expression)) {
                    return (synth(200, "Banned"));
                }
                return (synth(400, std.ban_error()));
        """);

    private static string Text(int originPort, string purgers, string ban) =>
        $$"""
        vcl 4.1;
        import std;
        import xkey;

        backend default { .host = "127.0.0.1"; .port = "{{originPort}}"; }

        acl purgers { {{purgers}} }

        sub vcl_recv {
            if (req.method == "PURGE") {
                if (!client.ip ~ purgers) {
                    return (synth(405, "Method not allowed"));
                }
                if (req.http.x-xkey) {
                    set req.http.n-gone = xkey.purge(req.http.x-xkey);
                    return (synth(200, "Got " + req.http.x-xkey + ", invalidated " + req.http.n-gone + " objects"));
                }
                if (req.http.x-xkey-soft) {
                    set req.http.n-gone = xkey.softpurge(req.http.x-xkey-soft);
                    return (synth(200, "Got " + req.http.x-xkey-soft + ", invalidated " + req.http.n-gone + " objects"));
                }
                return (purge);
            }
            if (req.method == "BAN") {
                if (!client.ip ~ purgers) {
                    return (synth(405, "Method not allowed"));
                }
        {{ban}}
            }
            return (hash);
        }

        sub vcl_backend_response {
            set beresp.http.x-url = bereq.url;
            set beresp.http.x-host = bereq.http.host;
        }

        sub vcl_deliver {
            if (obj.hits > 0) {
                set resp.http.x-cache = "hit";
            } else {
                set resp.http.x-cache = "miss";
            }
            unset resp.http.x-url;
            unset resp.http.x-host;
            unset resp.http.xkey;
        }
        """;
}
