namespace Towncrier.EndToEnd.Support.Origins;

/// <summary>The protocol between nginx and the origin, and so the family of nginx directives (proxy_, fastcgi_, uwsgi_, scgi_).</summary>
internal enum UpstreamKind
{
    Proxy,
    FastCgi,
    Uwsgi,
    Scgi,
}
