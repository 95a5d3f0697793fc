using System.Net;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Events;

/// <summary>Threads and activity over HTTP (contract: rest-v1 §3, events §8).</summary>
public sealed class ThreadTests
{
    [Fact]
    public async Task A_thread_has_the_messages_of_all_turns()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.ApplyAsync(new TaskCommand.Save(
            EventsHost.Org,
            EventsHost.TaskId,
            host.Clock.GetUtcNow(),
            new TaskPatch { Status = AgentExecutionStatus.Completed, Result = "one", Tokens = new Tokens { PromptTokens = 3, CompletionTokens = 4 } },
            null));
        await host.CreateAsync(static fields => fields.Input = new AgentExecutionInput { Text = "more" });
        await host.SaveAsync(AgentExecutionStatus.Completed, "two");

        var thread = await JsonAsync(host, "/v1/tasks/task-1/thread");

        Assert.Equal(
            ["task-1_user_1 user Summarise the report", "task-1_agent_1 assistant one", "task-1_user_2 user more", "task-1_agent_2 assistant two"],
            thread.EnumerateArray().Select(static m => $"{m.GetProperty("id").GetString()} {m.GetProperty("role").GetString()} {m.GetProperty("content").GetString()}"));
        Assert.Equal("""{"input_tokens":3,"output_tokens":4,"total_tokens":7}""", thread[1].GetProperty("metrics").GetRawText());
        Assert.Equal(host.Clock.GetUtcNow().ToUnixTimeSeconds(), thread[0].GetProperty("created_at").GetInt64());
        Assert.Equal(["id", "role", "content", "created_at"], thread[0].EnumerateObject().Select(static p => p.Name));
    }

    [Fact]
    public async Task A_full_thread_has_tool_calls_and_sub_tasks()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.CreateAsync(static fields => (fields.Id, fields.ParentExecution) = ("child", EventsHost.TaskId));
        await host.CreateAsync(static fields => (fields.Id, fields.ParentExecution) = ("grandchild", "child"));
        using (await host.PushAsync($"[{EventsHost.Event("tool_call_request", """{"request_id":"r","operation_id":"op","payload":{}}""")}]"))
        {
            await host.SaveAsync(AgentExecutionStatus.Completed, "done");
        }

        var thread = await JsonAsync(host, "/v1/tasks/task-1/thread/full");

        Assert.Equal(["root", "child", "grandchild"], thread.EnumerateObject().Select(static p => p.Name));
        var answer = thread.GetProperty("root")[1];
        Assert.Equal("op", answer.GetProperty("tool_calls")[0].GetProperty("tool_name").GetString());
        Assert.Equal("child_user_1", thread.GetProperty("child")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task The_activity_includes_what_was_pushed_late()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "done");
        using (await host.PushAsync($"[{EventsHost.Event("think", """{"title":"late"}""")}]"))
        {
            var thread = await JsonAsync(host, $"/activity/{EventsHost.AgentId}/{EventsHost.TaskId}");

            Assert.Equal(["task-1_user_1", "task-1_agent_1", "task-1_event_3"], thread.GetProperty("messages").EnumerateArray().Select(static m => m.GetProperty("id").GetString()));
        }
    }

    [Theory]
    [InlineData("/activity/agent-1/nobody")]
    [InlineData("/activity/agent-2/task-1")]
    [InlineData("/v1/tasks/nobody/thread")]
    [InlineData("/v1/tasks/nobody/thread/full")]
    public async Task An_unknown_task_or_one_of_another_agent_is_404(string path)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    static async Task<JsonElement> JsonAsync(EventsHost host, string path)
    {
        using var answer = await host.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(host.Deadline));
    }
}
