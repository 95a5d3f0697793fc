using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// Ids that the server makes: UUIDs of version 4 whose first 48 bits are the time in milliseconds, so that new tasks are neighbours in
/// every index (docs/decisions/0002). The other 74 bits are random: an id cannot be guessed from another.
/// </summary>
static class TaskIds
{
    /// <summary>A new id; <paramref name="now"/> gives its place among the others.</summary>
    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[6..]);
        var milliseconds = now.ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(milliseconds >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)milliseconds);
        bytes[6] = (byte)(0x40 | (bytes[6] & 0x0f));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3f));
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
