using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Tasklight.EndToEnd.Tests;

/// <summary>
/// Ports a server can be started on again and again. They lie below the range from which outgoing connections take theirs: a client
/// that knocks at the closed port of a killed server could otherwise connect to itself. A port is this process's until it ends, though nobody may
/// listen on it for a while: other runs of tests on the machine see the locked file.
/// </summary>
static class FreePorts
{
    static readonly DirectoryInfo Locks = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"tasklight-test-ports-{Environment.UserName}"));
    static readonly ConcurrentBag<FileStream> Held = [];
    static int Next = 20_000 + (Environment.ProcessId % 10_000);

    public static int Take()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref Next);
            try
            {
                Held.Add(new FileStream(Path.Combine(Locks.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (Exception taken) when (taken is SocketException or IOException)
            {
                // Somebody else's; the next one then.
            }
        }
    }
}
