using System.Security.Cryptography;
using System.Text;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Access;

public sealed class SecretBoxTests : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tasklight-test-");

    [Fact]
    public void What_was_sealed_opens_after_a_restart_and_shows_nothing_until_then()
    {
        var secret = "correct horse battery staple"u8.ToArray();
        byte[] box;
        using (var data = DataDirectory.Open(_directory.FullName))
            box = new SecretBox(new MasterKey(new(), data)).Seal(secret);

        using var again = DataDirectory.Open(_directory.FullName);
        Assert.Equal(secret, new SecretBox(new MasterKey(new(), again)).Open(box));
        Assert.DoesNotContain("horse", Encoding.Latin1.GetString(box), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(again.File("secret.key")));
    }

    [Fact]
    public void One_changed_bit_is_noticed()
    {
        using var data = DataDirectory.Open(_directory.FullName);
        var box = new SecretBox(new MasterKey(new(), data));
        var bytes = box.Seal("secret"u8);
        bytes[^1] ^= 1;

        Assert.ThrowsAny<CryptographicException>(() => box.Open(bytes));
        Assert.Throws<CryptographicException>(() => box.Open("short"u8));
    }

    [Fact]
    public void Another_key_than_before_is_refused_at_start()
    {
        using var data = DataDirectory.Open(_directory.FullName);
        _ = new MasterKey(new() { SecretKey = Convert.ToBase64String(new byte[32]) }, data);

        var refusal = Assert.Throws<StartupException>(() => new MasterKey(new(), data));

        Assert.Equal(
            $"The secrets in this data directory were sealed with another key than the one in {data.File("secret.key")}: give the right one with TASKLIGHT_SECRET_KEY.",
            refusal.Message);
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
