using System.Net;

namespace Tasklight.Server.Tests.Hosting;

public sealed class RestartTests
{
    [Fact]
    public async Task A_restart_keeps_keys_agents_secrets_and_files()
    {
        var data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        string agent, key, link;
        await using (var before = await RunningServer.StartAsync(data))
        {
            agent = (await before.Client.JsonAsync("POST", "/v1/agents", new { name = "Kept", llm_credentials = new { name = "K", value = "sesame" } }, HttpStatusCode.Created)).Text("id");
            key = (await before.Client.JsonAsync("POST", "/v1/keys", new { name = "kept", scopes = new[] { "worker", "tasks:read" } }, HttpStatusCode.Created)).Text("key");
            link = (await before.Client.JsonAsync("POST", "/v1/files", new StringContent("kept"), HttpStatusCode.Created)).Text("url");
        }

        var cut = Path.Combine(data, "files", "cut.part");
        await File.WriteAllTextAsync(cut, "half an upl", TestContext.Current.CancellationToken);
        await using var after = await RunningServer.StartAsync(data);
        using var client = after.NewClient(key);
        Assert.Equal("sesame", (await client.JsonAsync("GET", $"/agents/{agent}")).GetProperty("llm_credentials").Text("value"));
        Assert.Equal((HttpStatusCode.OK, "kept"), await client.CallAsync("GET", new Uri(link).PathAndQuery));
        Assert.False(File.Exists(cut));
        Directory.Delete(data, recursive: true);
    }
}
