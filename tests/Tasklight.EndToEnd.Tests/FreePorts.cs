using System.Net;
using System.Net.Sockets;

namespace Tasklight.EndToEnd.Tests;

/// <summary>
/// Ports a server can be started on again and again. They lie below the range from which outgoing connections take theirs: a client
/// that knocks at the closed port of a killed server could otherwise connect to itself.
/// </summary>
static class FreePorts
{
    static int Next = 20_000 + (Environment.ProcessId % 10_000);

    public static int Take()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref Next);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's; the next one then.
            }
        }
    }
}
