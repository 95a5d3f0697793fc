using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Tasklight.Server.Runtime;

/// <summary>How a server reaches itself.</summary>
static class LoopbackAddress
{
    /// <summary>The address of a started server, by the loopback interface when it listens on all of them; null when it listens on no TCP port.</summary>
    public static Uri? Of(IServer server)
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            var bound = BindingAddress.Parse(address);
            if (!bound.IsUnixPipe && !bound.IsNamedPipe)
            {
                return new UriBuilder(bound.Scheme, IsEveryInterface(bound.Host) ? "127.0.0.1" : bound.Host, bound.Port).Uri;
            }
        }

        return null;
    }

    static bool IsEveryInterface(string host) => host is "*" or "+" or "0.0.0.0" or "[::]";
}
