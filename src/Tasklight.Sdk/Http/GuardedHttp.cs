using System.Net;
using System.Net.Sockets;

namespace Tasklight.Sdk.Http;

/// <summary>
/// An HTTP client for links that came with a task: it reaches public addresses only. The address is checked when the connection is made, after
/// the name was resolved, so a name that changes its mind does not get past it.
/// </summary>
internal static class GuardedHttp
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

    public static HttpClient Client { get; } = new(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork || PublicIPv6.Contains(plain)) && !NotPublic.Any(network => network.Contains(plain));
    }

    private static SocketsHttpHandler NewHandler()
    {
        var handler = SharedHttp.NewHandler();
        // A proxy would be connected to in the file's stead, and fetch from where we must not.
        handler.UseProxy = false;
        handler.ConnectCallback = (context, ct) => ConnectAsync(context.DnsEndPoint, ct);
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, CancellationToken ct)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, ct).ConfigureAwait(false);
        IPAddress[] allowed = [.. addresses.Where(IsPublic)];
        if (allowed.Length == 0)
        {
            throw new PrivateAddressException(
                $"{target.Host} is at a private or local address. Set {nameof(Configuration)}.{nameof(Configuration.AllowPrivateFileAddresses)} to fetch files from there.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, ct).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
