using System.Net;

namespace Towncrier.Providers;

/// <summary>The proxy of the environment, as the clouds' own tools use it; an emulator on this host is never behind it.</summary>
internal sealed class RemoteProxy(IWebProxy inner) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => inner.Credentials;
        set => inner.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => inner.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || inner.IsBypassed(host);
}
