using System.Net;
using Tasklight.Sdk.Http;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Access;

/// <summary>
/// Keeps what the server fetches for its users out of the network it stands in. The address is checked when the connection is made, after
/// the name was resolved, so neither a redirect nor a name that changes its mind gets past it.
/// </summary>
sealed class FetchGuard(FetchOptions options)
{
    static readonly string[] Everything = ["0.0.0.0/0", "::/0"];

    readonly AddressGuard _guard = new(
        options.Guard ? options.Hosts : [.. options.Hosts, .. Everything],
        static host => $"{host} is at a private or local address, and this server does not fetch from those: an operator can let it through with --fetch-allow {host}.");

    /// <summary>A handler for one client, or for many: it pools connections.</summary>
    public SocketsHttpHandler NewHandler()
    {
        var handler = _guard.NewHandler();
        handler.AllowAutoRedirect = true;
        handler.MaxAutomaticRedirections = 5;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        return handler;
    }

    /// <summary>Whether a connection to the address may be made.</summary>
    public bool Allows(IPAddress address) => _guard.Allows(address);
}
