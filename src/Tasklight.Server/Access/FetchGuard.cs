using System.Net;
using System.Net.Sockets;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Access;

/// <summary>
/// Keeps what the server fetches for its users out of the network it stands in. The address is checked when the connection is made, after
/// the name was resolved, so neither a redirect nor a name that changes its mind gets past it.
/// </summary>
sealed class FetchGuard(FetchOptions options)
{
    static readonly IPNetwork[] Forbidden =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(static text => IPNetwork.Parse(text)),
    ];

    /// <summary>Everything else in IPv6 is loopback, private, link-local, multicast, or a wrapping of IPv4.</summary>
    static readonly IPNetwork PublicIPv6 = IPNetwork.Parse("2000::/3");

    readonly HashSet<string> _names = new(Entries(options).Where(static e => !IPAddress.TryParse(e, out _) && !IPNetwork.TryParse(e, out _)), StringComparer.OrdinalIgnoreCase);
    readonly IPNetwork[] _networks = [.. Entries(options).Select(Network).OfType<IPNetwork>()];

    /// <summary>A handler for one client, or for many: it pools connections.</summary>
    public SocketsHttpHandler NewHandler() => new()
    {
        UseProxy = false,
        MaxAutomaticRedirections = 5,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, cancel) => ConnectAsync(context.DnsEndPoint, cancel),
    };

    /// <summary>Whether a connection to the address may be made.</summary>
    public bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (!options.Guard || _networks.Any(network => network.Contains(address)))
            return true;
        return (address.AddressFamily == AddressFamily.InterNetwork || PublicIPv6.Contains(address)) && !Forbidden.Any(network => network.Contains(address));
    }

    async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancel)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancel);
        var allowed = _names.Contains(target.Host) ? addresses : [.. addresses.Where(Allows)];
        if (allowed.Length == 0)
        {
            throw new FetchRefusedException(
                $"{target.Host} is at a private or local address, and this server does not fetch from those: an operator can let it through with --fetch-allow {target.Host}.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static string[] Entries(FetchOptions options) => options.Allow.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static IPNetwork? Network(string entry)
    {
        if (IPNetwork.TryParse(entry, out var network))
            return network;
        return IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) : null;
    }
}
