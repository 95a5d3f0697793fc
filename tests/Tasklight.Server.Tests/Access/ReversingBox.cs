using Tasklight.Server.Access;

namespace Tasklight.Server.Tests.Access;

/// <summary>Seals by turning the bytes round: enough to tell sealed from open.</summary>
sealed class ReversingBox : ISecretBox
{
    public byte[] Seal(ReadOnlySpan<byte> plain)
    {
        var bytes = plain.ToArray();
        Array.Reverse(bytes);
        return bytes;
    }

    public byte[] Open(ReadOnlySpan<byte> sealedBytes) => Seal(sealedBytes);
}
