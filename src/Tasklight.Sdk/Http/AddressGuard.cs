using System.Net;
using System.Net.Sockets;

namespace Tasklight.Sdk.Http;

/// <summary>
/// Keeps calls to addresses that others chose out of the network this program stands in: only public addresses are reached. The address is
/// checked when the connection is made, after the name was resolved, so a name that changes its mind does not get past it.
/// </summary>
/// <param name="allowed">Host names, addresses and networks (10.1.0.0/16) that are let through.</param>
/// <param name="refusal">Says that a host is not reached, and what to do about it; given its name.</param>
internal sealed class AddressGuard(IEnumerable<string> allowed, Func<string, string> refusal)
{
    // Everything else in IPv6 is loopback, private, link-local, multicast, or a wrapping of IPv4.
    private static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(static text => IPNetwork.Parse(text)),
    ];

    private readonly HashSet<string> _names = new(allowed.Where(static entry => NetworkOf(entry) is null), StringComparer.OrdinalIgnoreCase);
    private readonly IPNetwork[] _networks = [.. allowed.Select(NetworkOf).OfType<IPNetwork>()];

    /// <summary>Whether the whole internet may reach the address.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        return (plain.AddressFamily == AddressFamily.InterNetwork || PublicIPv6.Contains(plain)) && !NotPublic.Any(network => network.Contains(plain));
    }

    /// <summary>Whether a connection to the address may be made.</summary>
    public bool Allows(IPAddress address) => _networks.Any(network => network.Contains(Plain(address))) || IsPublic(address);

    /// <summary>A handler for one client, or for many: it pools connections, follows no redirects and keeps no cookies.</summary>
    public SocketsHttpHandler NewHandler()
    {
        var handler = SharedHttp.NewHandler();
        // A proxy would be connected to in the address's stead, and fetch from where we must not.
        handler.UseProxy = false;
        handler.ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, ct);
        return handler;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IPNetwork? NetworkOf(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
        {
            return network;
        }

        return IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) : null;
    }

    private async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken ct)
    {
        // The resolver takes no 0.0.0.0, which reaches this machine.
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out var written) ? [written] : await Dns.GetHostAddressesAsync(target.Host, ct).ConfigureAwait(false);
        IPAddress[] reachable = _names.Contains(target.Host) ? addresses : [.. addresses.Where(Allows)];
        if (reachable.Length == 0)
        {
            throw new PrivateAddressException(refusal(target.Host));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(reachable, target.Port, ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
