using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tasklight.Server.Access;

/// <summary>SHA-256 of an API key: all that is kept of it. Keys are long and random, so a slow hash would add cost and no safety.</summary>
readonly record struct KeyHash(ulong A, ulong B, ulong C, ulong D)
{
    const int Longest = 512;

    public static KeyHash Of(ReadOnlySpan<char> key)
    {
        // Longer ones are no keys of ours; their beginning has no chance to be one either.
        key = key[..Math.Min(key.Length, Longest)];
        Span<byte> utf8 = stackalloc byte[Longest * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(key, utf8)], hash);
        return new(
            BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(hash[16..]), BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));
    }

    /// <summary>The form in the store: 64 hex digits.</summary>
    public string Hex => $"{A:x16}{B:x16}{C:x16}{D:x16}";

    /// <summary>Equality in constant time.</summary>
    public bool Is(KeyHash other) => ((A ^ other.A) | (B ^ other.B) | (C ^ other.C) | (D ^ other.D)) == 0;
}
