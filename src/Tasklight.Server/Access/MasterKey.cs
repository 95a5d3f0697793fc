using System.Security.Cryptography;
using System.Text;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Access;

/// <summary>
/// The deployment's one secret, from the setting or from a file that only its owner can read. Other keys are derived from it, one a purpose.
/// </summary>
sealed class MasterKey
{
    const string FileName = "secret.key";
    const string CheckName = "secret.check";
    const int Length = 32;

    readonly byte[] _key;

    public MasterKey(TasklightOptions options, DataDirectory data)
    {
        var path = data.File(FileName);
        _key = options.SecretKey is { } given ? Convert.FromBase64String(given) : File.Exists(path) ? Read(path) : Make(path);
        Check(data.File(CheckName), options.SecretKey is null ? path : "the setting secret-key");
    }

    /// <summary>A key of 32 bytes that tells nothing about the others.</summary>
    public byte[] For(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Length, info: Encoding.UTF8.GetBytes("tasklight " + purpose));

    /// <summary>What was sealed under another key cannot be opened: better told now than at the first task.</summary>
    void Check(string path, string source)
    {
        var own = Convert.ToHexStringLower(For("check"));
        if (!File.Exists(path))
            File.WriteAllText(path, own);
        else if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(File.ReadAllText(path).Trim()), Encoding.UTF8.GetBytes(own)))
            throw new StartupException($"The secrets in this data directory were sealed with another key than the one in {source}: give the right one with TASKLIGHT_SECRET_KEY.");
    }

    static byte[] Read(string path)
    {
        var key = new byte[Length];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var read) && read == Length
            ? key : throw new StartupException($"{path} does not hold 32 bytes in base64: restore it from a backup, or give the key with TASKLIGHT_SECRET_KEY.");
    }

    static byte[] Make(string path)
    {
        var key = RandomNumberGenerator.GetBytes(Length);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key)));
        file.Flush(flushToDisk: true);
        return key;
    }
}
