using System.Net;
using Microsoft.Extensions.AI;
using Tasklight.Sdk.Http;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Server.Tests;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

/// <summary>Links that came with a task lead wherever its maker wished, and to whatever size.</summary>
public abstract class FileFetchTests(SdkMode mode)
{
    [Fact]
    public async Task A_file_larger_than_the_limit_is_not_read_and_its_content_says_so()
    {
        await using var files = await StubServer.StartAsync(call => new StubAnswer(200, call.Path == "/large.txt" ? "12345678901" : "1234567890", "text/plain"));
        var task = await TaskAsync([$"{files.BaseUrl}/large.txt", $"{files.BaseUrl}/small.txt"], set => (set.LargestFile, set.AllowPrivateFileAddresses) = (10, true));

        var read = await mode.ReadableFilesAsync(task);

        Assert.Equal("Error: Could not fetch the file: it is larger than 10 bytes. Raise Configuration.LargestFile to read it.", read[0].Content);
        Assert.Equal("1234567890", read[1].Content);
    }

    [Fact]
    public async Task A_file_without_an_end_is_given_up_at_the_limit()
    {
        await using var files = await StubServer.StartAsync(_ => StubAnswer.Stream(Endless()));
        var task = await TaskAsync([$"{files.BaseUrl}/endless.txt"], set => (set.LargestFile, set.AllowPrivateFileAddresses) = (1_000_000, true));

        Assert.Contains("larger than 1000000 bytes", (await mode.ReadableFilesAsync(task))[0].Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_does_not_come_in_time_says_so()
    {
        await using var files = await StubServer.StartAsync(_ => StubAnswer.Stream(StubTask.SilenceAsync()));
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(fields => fields.Input = fields.Input with { Files = [$"{files.BaseUrl}/slow.txt"] })));
        var configuration = StubSdk.ConfigurationOf(server);
        configuration.AllowPrivateFileAddresses = true;
        var task = await mode.GetAsync(new Tasks(new Transport(configuration, null, new LeapingClock())), StubTask.Id);

        Assert.Equal("Error: Could not fetch the file: no answer within 10 s.", (await mode.ReadableFilesAsync(task)).Single().Content);
    }

    [Fact]
    public async Task All_files_are_fetched_at_once_and_stay_in_order()
    {
        var (asked, both) = (0, Until.Signal());
        await using var files = await StubServer.StartAsync(call =>
        {
            if (Interlocked.Increment(ref asked) == 2)
            {
                both.SetResult();
            }

            return new(200, "", "text/plain") { Frames = AfterAsync(both.Task, call.Path) };
        });
        string[] names = ["/a.txt", "/b.txt"];

        var read = await mode.ReadableFilesAsync(await TaskAsync([.. names.Select(name => files.BaseUrl + name)], set => set.AllowPrivateFileAddresses = true, new TestClock()));

        Assert.Equal(names, read.Select(file => file.Content));
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_allowed()
    {
        await using var files = await StubServer.StartAsync(_ => new StubAnswer(200, "inside", "text/plain"));
        string[] urls = [$"{files.BaseUrl}/a.txt", $"http://localhost:{new Uri(files.BaseUrl).Port}/a.txt"];

        var refused = await mode.ReadableFilesAsync(await TaskAsync(urls));
        var allowed = await mode.ReadableFilesAsync(await TaskAsync(urls, set => set.AllowPrivateFileAddresses = true));

        Assert.Equal(
            "Error: Could not fetch the file: 127.0.0.1 is at a private or local address. Name it in Configuration.AllowedFileHosts to fetch files from there; of a server or a worker that runs agents, in TASKLIGHT_FETCH_ALLOW.",
            refused[0].Content);
        Assert.Contains("localhost is at a private", refused[1].Content, StringComparison.Ordinal);
        Assert.Equal(["inside", "inside"], allowed.Select(file => file.Content));
    }

    [Theory]
    [InlineData("127.0.0.0/8", true, true)]
    [InlineData("localhost", false, true)]
    [InlineData("10.0.0.0/8", false, false)]
    public async Task A_private_host_or_network_is_let_through_by_itself(string let, bool byAddress, bool byName)
    {
        await using var files = await StubServer.StartAsync(_ => new StubAnswer(200, "inside", "text/plain"));
        string[] urls = [$"{files.BaseUrl}/a.txt", $"http://localhost:{new Uri(files.BaseUrl).Port}/a.txt"];

        var read = await mode.ReadableFilesAsync(await TaskAsync(urls, set => set.AllowedFileHosts = [let]));

        Assert.Equal((byAddress, byName), (read[0].Content == "inside", read[1].Content == "inside"));
    }

    [Fact]
    public async Task The_servers_own_files_are_fetched_wherever_it_is()
    {
        string[] links = [];
        await using var server = await StubServer.StartAsync(call => call.Path.EndsWith("/status", StringComparison.Ordinal)
            ? StubAnswer.Ok(StubTask.Json(fields => fields.Input = fields.Input with { Files = links }))
            : new StubAnswer(200, "mine", "text/plain"));
        links = [$"{server.BaseUrl}/v1/files/f/a.txt", $"http://localhost:{new Uri(server.BaseUrl).Port}/a.txt"];

        var read = await mode.ReadableFilesAsync(await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));

        Assert.Equal(["mine", "mine"], read.Select(file => file.Content));
    }

    [Fact]
    public async Task Data_of_a_chat_message_has_the_same_limits()
    {
        await using var files = await StubServer.StartAsync(_ => new StubAnswer(200, "%PDF-", "application/pdf"));
        var task = await TaskAsync([$"{files.BaseUrl}/a.pdf"], set => (set.LargestFile, set.AllowPrivateFileAddresses) = (4, true));

        var message = await mode.ToChatMessageAsync(task, withData: true);

        Assert.Equal($"{files.BaseUrl}/a.pdf", message.Contents.OfType<UriContent>().Single().Uri.ToString());
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    public void Only_public_addresses_are_public(string address, bool isPublic) => Assert.Equal(isPublic, AddressGuard.IsPublic(IPAddress.Parse(address)));

    private static async IAsyncEnumerable<string> AfterAsync(Task signal, string text)
    {
        await signal.InTime();
        yield return text;
    }

    private static async IAsyncEnumerable<string> Endless()
    {
        var piece = new string('x', 10_000);
        while (true)
        {
            await Task.Yield();
            yield return piece;
        }
    }

    private async Task<AgentTask> TaskAsync(string[] files, Action<Configuration>? change = null, TimeProvider? clock = null)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(fields => fields.Input = fields.Input with { Files = files })));
        var configuration = StubSdk.ConfigurationOf(server);
        change?.Invoke(configuration);
        return await mode.GetAsync(new Tasks(new Transport(configuration, null, clock)), StubTask.Id);
    }
}
