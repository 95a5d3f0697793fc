using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Hosting;

public sealed class DataDirectoryTests
{
    [Fact]
    public void A_second_server_on_the_same_data_is_refused_until_the_first_has_gone()
    {
        var path = Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        using (DataDirectory.Open(path))
        {
            var refusal = Assert.Throws<StartupException>(() => DataDirectory.Open(path));
            Assert.Equal($"Another Tasklight server uses the data directory {path}: stop it, or choose another directory with --data.", refusal.Message);
        }

        DataDirectory.Open(path).Dispose();
        Directory.Delete(path, recursive: true);
    }
}
