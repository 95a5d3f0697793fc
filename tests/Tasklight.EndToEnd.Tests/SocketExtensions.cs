using System.Net.Sockets;

namespace Tasklight.EndToEnd.Tests;

static class SocketExtensions
{
    /// <summary>Closes it as a dying process or a broken wire does: the other end sees a reset, no orderly end.</summary>
    public static void Reset(this Socket socket)
    {
        try
        {
            socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (Exception problem) when (problem is ObjectDisposedException or SocketException)
        {
            // It was closed in the meantime.
        }

        socket.Dispose();
    }
}
