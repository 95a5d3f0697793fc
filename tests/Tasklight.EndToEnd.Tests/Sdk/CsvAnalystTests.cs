using System.Text.Json;
using CsvAnalyst;
using CsvAnalyst.Client;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>samples/01-csv-analyst against the real server: upload, task, worker, result.</summary>
public sealed class CsvAnalystTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tasklight-test-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Uploaded_files_are_profiled_and_a_broken_one_is_named_with_its_line()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var http = new HttpClient();
        await using var worker = RunningWorker.Start(configuration, new Analyst(http).AnalyseAsync);
        var links = new[]
        {
            await UploadAsync(configuration, "good.csv", "city,degrees\nOslo,3\nRome,15\n"),
            await UploadAsync(configuration, "broken.csv", "a,b\n1,2\n3\n"),
        };

        var task = await new Tasks(configuration).CreateAsync(
            configuration.AgentId!,
            new CreateTaskRequest { Input = new() { Text = "Profile", Files = links }, OutputSchema = ResultSchema.Json, EventsStreaming = true },
            ct: Ct);
        var events = await task.EventsAsync(Ct).ToListAsync(Ct);

        await task.ReloadAsync(Ct);
        Assert.Equal(AgentExecutionStatus.Completed, task.Status);
        var result = JsonSerializer.Deserialize(task.Result!, ResultJson.Default.AnalysisResult)!;
        Assert.Equal([("good.csv", 2L, null), ("broken.csv", 1L, 3L)], result.Files.Select(file => (file.File, file.Rows, file.Problem?.Line)));
        Assert.Equal(9, result.Files[0].Columns[1].Mean);
        Assert.Equal(
            ["Profile good.csv", "Profile broken.csv", "Write the summary"],
            events.Last(update => update.Type == "plan_updated").AsPlan()!.Tasks.Where(item => item.Completed).Select(item => item.Title));
        Assert.Equal(2, events.Count(update => update.AsToolCallResult() is { IsError: false, ToolName: "profile_csv" }));
    }

    [Fact]
    public async Task The_asking_side_shows_plan_tool_calls_and_table()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var http = new HttpClient();
        await using var worker = RunningWorker.Start(configuration, new Analyst(http).AnalyseAsync);
        var path = Path.Combine(_folder.FullName, "cities.csv");
        await File.WriteAllTextAsync(path, "city,degrees\nOslo,3\nRome,15\n", Ct);
        var output = new StringWriter();

        Assert.True(await new Ask(configuration, output, hasColours: false).RunAsync([path], Ct));

        var text = output.ToString();
        foreach (var part in (string[])["uploaded cities.csv", "[ ] Profile cities.csv", "[x] Profile cities.csv", "tool call", "completed", "cities.csv: 2 rows", "column", "degrees"])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\e', text);
    }

    [Fact]
    public async Task A_task_whose_files_cannot_be_fetched_fails_with_the_reason()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var http = new HttpClient();
        await using var worker = RunningWorker.Start(configuration, new Analyst(http).AnalyseAsync);

        var task = await new Tasks(configuration).CreateAsync(
            configuration.AgentId!, "Profile", [$"{server.BaseUrl}/nowhere/gone.csv"], eventsStreaming: true, ct: Ct);
        var events = await task.EventsAsync(Ct).ToListAsync(Ct);

        var finished = events[^1].AsTask()!;
        Assert.Equal(AgentExecutionStatus.Failed, finished.Status);
        Assert.Contains("gone.csv could not be fetched", finished.Result, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(Configuration configuration, string name, string text) =>
        (await new Files(configuration).UploadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), name, "text/csv", Ct)).Url;
}
