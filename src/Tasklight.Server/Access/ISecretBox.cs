namespace Tasklight.Server.Access;

/// <summary>Seals secrets for rest (AES-GCM under the deployment's key) and opens them again.</summary>
interface ISecretBox
{
    byte[] Seal(ReadOnlySpan<byte> plain);
    byte[] Open(ReadOnlySpan<byte> sealedBytes);
}
