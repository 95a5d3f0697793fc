using System.Security.Cryptography;

namespace Tasklight.Server.Access;

/// <summary>AES-256-GCM: one byte of version, the nonce, the tag, the cipher text.</summary>
sealed class SecretBox(MasterKey master) : ISecretBox
{
    const byte Version = 1;
    const int NonceStart = 1;
    const int TagStart = NonceStart + 12;
    const int TextStart = TagStart + 16;

    readonly byte[] _key = master.For("sealing");

    public byte[] Seal(ReadOnlySpan<byte> plain)
    {
        var box = new byte[TextStart + plain.Length];
        box[0] = Version;
        RandomNumberGenerator.Fill(box.AsSpan(NonceStart, TagStart - NonceStart));
        using var aes = new AesGcm(_key, TextStart - TagStart);
        aes.Encrypt(box.AsSpan(NonceStart, TagStart - NonceStart), plain, box.AsSpan(TextStart), box.AsSpan(TagStart, TextStart - TagStart));
        return box;
    }

    public byte[] Open(ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < TextStart || sealedBytes[0] != Version)
            throw new CryptographicException("These bytes were not sealed by this version of Tasklight.");
        var plain = new byte[sealedBytes.Length - TextStart];
        using var aes = new AesGcm(_key, TextStart - TagStart);
        aes.Decrypt(sealedBytes[NonceStart..TagStart], sealedBytes[TextStart..], sealedBytes[TagStart..TextStart], plain);
        return plain;
    }
}
