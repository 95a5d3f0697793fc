using System.Net;
using System.Text.Json;

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
            using (var user = before.NewClient(key))
                await user.JsonAsync("GET", $"/agents/{agent}");
            link = (await before.Client.JsonAsync("POST", "/v1/files", new StringContent("kept"), HttpStatusCode.Created)).Text("url");
        }

        var cut = Path.Combine(data, "files", "cut.part");
        await File.WriteAllTextAsync(cut, "half an upl", TestContext.Current.CancellationToken);
        await using (var after = await RunningServer.StartAsync(data))
        {
            using var client = after.NewClient(key);
            Assert.Contains((await after.Client.JsonAsync("GET", "/v1/keys")).EnumerateArray(), static kept => kept.Text("name") == "kept" && kept.GetProperty("last_used_at").ValueKind == JsonValueKind.String);
            Assert.Equal("sesame", (await client.JsonAsync("GET", $"/agents/{agent}")).GetProperty("llm_credentials").Text("value"));
            Assert.Equal((HttpStatusCode.OK, "kept"), await client.CallAsync("GET", new Uri(link).PathAndQuery));
            Assert.False(File.Exists(cut));
        }

        Directory.Delete(data, recursive: true);
    }
}
