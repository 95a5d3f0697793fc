using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>No room left: changes are refused with 503, reading goes on, and with room again everything does, without a restart.</summary>
public sealed class FullDiskTests
{
    const int Kibibyte = 1024;

    [Fact]
    public async Task A_file_that_may_not_grow_is_503_and_the_server_recovers()
    {
        await using var server = await ServerProcess.StartAsync(data: null, survivesFileLimit: true);

        await FillAndRecoverAsync(
            server,
            fill: () => ServerProcess.RunAsync("prlimit", "--pid", $"{server.Id}", $"--fsize={256 * Kibibyte}:unlimited"),
            recover: () => ServerProcess.RunAsync("prlimit", "--pid", $"{server.Id}", "--fsize=unlimited:unlimited"));
    }

    [Fact]
    public async Task A_full_disk_is_503_and_the_server_recovers()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a small file system to fill.");
        var disk = Directory.CreateTempSubdirectory("tasklight-disk-");
        try
        {
            await ServerProcess.RunAsync("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.FullName);
        }
        catch (Xunit.Sdk.XunitException)
        {
            disk.Delete();
            Assert.Skip("Mounting is not allowed here.");
        }

        try
        {
            var ballast = Path.Combine(disk.FullName, "ballast");
            await using var server = await ServerProcess.StartAsync(Path.Combine(disk.FullName, "data"), survivesFileLimit: false);
            await FillAndRecoverAsync(
                server,
                fill: () => Task.Run(() => FillUp(ballast)),
                recover: () => Task.Run(() => File.Delete(ballast)));
        }
        finally
        {
            await ServerProcess.RunAsync("umount", disk.FullName);
            disk.Delete();
        }
    }

    static async Task FillAndRecoverAsync(ServerProcess server, Func<Task> fill, Func<Task> recover)
    {
        var agent = await server.Api.CreateAgentAsync();
        var before = await CreateAsync(server.Api, agent);
        await fill();

        // Some still fit where there was room; then there is none.
        var acknowledged = new List<string>();
        var refused = await Eventually.IsAsync(
            async () =>
            {
                var answer = await TryCreateAsync(server.Api, agent);
                if (answer.StatusCode == HttpStatusCode.OK)
                    acknowledged.Add(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>());
                return answer.StatusCode == HttpStatusCode.OK ? null : answer;
            },
            "the disk is full");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.NotEmpty(JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["detail"]!.GetValue<string>());
        Assert.Equal("pending", (await server.Api.GetTaskAsync(before))["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await TryCreateAsync(server.Api, agent)).StatusCode);

        await recover();
        await Eventually.HoldsAsync(async () => (await TryCreateAsync(server.Api, agent)).StatusCode == HttpStatusCode.OK, "there is room again");
        foreach (var id in acknowledged)
            Assert.Equal("pending", (await server.Api.GetTaskAsync(id))["status"]!.GetValue<string>());
        await server.Api.StopTaskAsync(before);
        Assert.False(server.HasExited);

        // What was acknowledged is on the disk, not only in memory.
        await server.KillAsync();
        await server.StartAgainAsync();
        foreach (var id in acknowledged)
            Assert.Equal("pending", (await server.Api.GetTaskAsync(id))["status"]!.GetValue<string>());
        Assert.Equal("stopped", (await server.Api.GetTaskAsync(before))["status"]!.GetValue<string>());
    }

    static async Task<string> CreateAsync(RestApi api, string agent) => (await api.CreateTaskAsync(agent, "small"))["id"]!.GetValue<string>();

    static Task<HttpResponseMessage> TryCreateAsync(RestApi api, string agent) => api.TrySendAsync(
        HttpMethod.Post,
        $"/agent-execution/{agent}",
        new JsonObject { ["input"] = new JsonObject { ["text"] = new string('x', 64 * Kibibyte) } });

    static void FillUp(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * Kibibyte];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
