using Microsoft.Extensions.AI;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class TaskInputTests(SdkMode mode)
{
    private static readonly DeepPlanning Plan = new()
    {
        Enabled = true,
        Started = true,
        Tasks = [new() { Id = "1", Title = "read", Completed = true }, new() { Id = "2", Title = "count" }, new() { Id = "3", Title = "tell" }],
    };

    [Fact]
    public async Task Files_are_sorted_by_the_ending_of_their_path()
    {
        var task = await TaskAsync(["http://h/a.PDF?x=.png", "http://h/b.jpeg", "http://h/c.csv", "http://h/d.zip", "http://h/e%20f.Svg#top"]);

        Assert.Equal([new TaskFile("http://h/a.PDF?x=.png", "a.PDF", "application/pdf")], task.GetFiles());
        Assert.Equal([("b.jpeg", "image/jpeg"), ("e f.Svg", "image/svg+xml")], task.GetImages().Select(file => (file.Name, file.MediaType)));
    }

    [Fact]
    public async Task A_file_without_a_link_is_no_file()
    {
        var task = await TaskAsync([null!, "http://h/a.pdf", ""]);

        Assert.Equal(["a.pdf"], task.GetFiles().Select(file => file.Name));
        Assert.Empty(task.GetImages());
        Assert.Empty(await mode.ReadableFilesAsync(task));
    }

    [Fact]
    public async Task A_message_holds_text_links_and_what_can_be_read_as_python_writes_it()
    {
        await using var files = await StubServer.StartAsync(call => call.Path == "/gone.md"
            ? new StubAnswer(404, "no such file", "text/plain")
            : new StubAnswer(200, "name;Größe\n\"a\"\\\t\u007f😀", "text/csv"));
        var (csv, gone, pdf) = ($"{files.BaseUrl}/a.csv?sig=1", $"{files.BaseUrl}/gone.md", "http://h/x.pdf");

        var message = await mode.ToMessageAsync(await TaskAsync([csv, gone, pdf]));

        Assert.Equal(
            $$"""
            Say hello
            Files: {{csv}}, {{gone}}, {{pdf}}
            Files contents:
            {"url": "{{csv}}", "content": "name;Gr\u00f6\u00dfe\n\"a\"\\\t\u007f\ud83d\ude00"}
            {"url": "{{gone}}", "content": "Error: Could not fetch the file: no such file"}
            """.ReplaceLineEndings("\n"),
            message);
        Assert.All(files.Rest(), call => Assert.Null(call.Header("x-api-key")));
    }

    [Fact]
    public async Task Nothing_is_fetched_when_the_task_forbids_it()
    {
        var task = await TaskAsync(["http://127.0.0.1:1/a.csv"], fields => (fields.DisableAttachmentInjection, fields.Input) = (true, fields.Input with { Text = "" }));

        Assert.Equal("Files: http://127.0.0.1:1/a.csv\nFiles contents:\n{\"url\": \"http://127.0.0.1:1/a.csv\"}", await mode.ToMessageAsync(task));
    }

    [Fact]
    public async Task A_chat_message_holds_text_and_files_as_links_or_as_data()
    {
        await using var files = await StubServer.StartAsync(call => new StubAnswer(call.Path == "/a.pdf" ? 200 : 404, "%PDF", "application/pdf"));
        var task = await TaskAsync([$"{files.BaseUrl}/a.pdf", $"{files.BaseUrl}/b.png", "no address.png"]);

        var links = await mode.ToChatMessageAsync(task);
        var data = await mode.ToChatMessageAsync(task, withData: true);

        Assert.StartsWith("Say hello\nFiles: ", links.Text, StringComparison.Ordinal);
        Assert.Equal(["application/pdf", "image/png"], links.Contents.OfType<UriContent>().Select(link => link.MediaType));
        Assert.Equal("%PDF"u8.ToArray(), data.Contents.OfType<DataContent>().Single().Data.ToArray());
        Assert.Equal($"{files.BaseUrl}/b.png", data.Contents.OfType<UriContent>().Single().Uri.ToString());
    }

    [Fact]
    public async Task A_retry_says_what_is_done_what_is_open_and_what_comes_next()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(fields => fields.DeepPlanning = Plan)));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);
        (task.Result, task.Status, task.Tokens) = ("half", AgentExecutionStatus.Executing, new() { PromptTokens = 1 });

        Assert.Equal("Say hello", await mode.ToMessageAsync(task));
        var message = await mode.ToMessageAsync(task, retryCount: 1);

        Assert.Equal(
            """
            Original request:
            Say hello

            Completed (1 of 3):
            - read (ID: 1)

            Remaining:
            - count (ID: 2)
            - tell (ID: 3)

            Continue with: count (ID: 2)
            Mark each item as completed as soon as it is done; do not repeat completed items.
            """.ReplaceLineEndings("\n"),
            message);
        Assert.Equal(("half", AgentExecutionStatus.Executing, 1L), (task.Result, task.Status, task.Tokens?.TotalTokens));
    }

    [Fact]
    public async Task A_question_that_was_asked_is_taken_for_answered_and_the_plan_saved()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(fields => fields.DeepPlanning = Plan with { QuestionRaised = true })));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        Assert.Equal("Say hello", await mode.ToMessageAsync(task, retryCount: 1));

        var save = await server.NextAsync(call => call.Method == "PATCH");
        Assert.False(save.Json.GetProperty("deep_planning").GetProperty("question_raised").GetBoolean());
    }

    private async Task<AgentTask> TaskAsync(string[] files, Action<AgentTaskFields>? change = null)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(fields =>
        {
            fields.Input = fields.Input with { Files = files };
            change?.Invoke(fields);
        })));
        var configuration = StubSdk.ConfigurationOf(server);
        configuration.AllowPrivateFileAddresses = true;
        return await mode.GetAsync(new Tasks(configuration), StubTask.Id);
    }
}
