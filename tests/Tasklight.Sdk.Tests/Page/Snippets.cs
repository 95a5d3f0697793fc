using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.Page;

/// <summary>The programs of docs/sdk.md, so that the page is compiled. Nothing calls them.</summary>
internal static class Snippets
{
    public static Tasks Configured()
    {
        #region page
        var configuration = new Configuration { BaseUrl = "https://tasks.example.com", RetryFor = TimeSpan.FromSeconds(30), RetryAttempts = 5 };
        var tasks = new Tasks(configuration);
        #endregion
        return tasks;
    }

    public static void Host((IServiceCollection Services, string Name) builder)
    {
        #region page
        builder.Services.AddTasklightClient(configuration => configuration.RetryFor = TimeSpan.FromSeconds(30));
        #endregion
    }

    public static async Task TasksAsync()
    {
        #region page
        var tasks = new Tasks();
        var task = await tasks.CreateAsync("agent-123", "Count the words.", files: ["https://example.com/a.txt"]);
        await task.WaitForCompletionAsync();
        Console.WriteLine($"{task.Status}: {task.Result}");

        await foreach (var item in tasks.ListAllAsync("agent-123", new TaskFilters { Status = AgentExecutionStatus.Failed }))
        {
            Console.WriteLine($"{item.Id} {item.Title}");
        }
        #endregion
    }

    public static AgentTask Keyed(Tasks tasks)
    {
        #region page
        var task = tasks.Create("agent-123", new CreateTaskRequest { Input = new() { Text = "Bill order 7" }, Priority = 10 }, idempotencyKey: "order-7");
        #endregion
        return task;
    }

    public static async Task TaskAsync()
    {
        #region page
        var task = await AgentTask.LoadAsync("task_xyz");
        task.InternalStatus = "checked";
        await task.SaveAsync();

        var log = await task.GetActivityLogAsync();
        foreach (var call in log.Messages.OfType<AgentActivityThreadToolCall>())
        {
            Console.WriteLine($"{call.ToolName} {(call.IsError ? "failed" : "worked")}");
        }
        #endregion
    }

    public static async Task ChatAsync(AgentTask task, IChatClient chat)
    {
        #region page
        var message = await task.ToChatMessageAsync(withData: true);
        var answer = await chat.GetResponseAsync(message);
        await task.SetStatusAsync(AgentExecutionStatus.Completed, answer.Text);
        #endregion
    }

    public static async Task EventsAsync()
    {
        #region page
        var task = await new Tasks().CreateAsync("agent-123", "Tell me a story.", eventsStreaming: true);
        await foreach (var update in task.EventsAsync())
        {
            Console.Write(update.AsChunk());
        }
        #endregion
    }

    public static async Task<AgentTask> AgentsAsync()
    {
        #region page
        var agent = await new Agents().GetAsync("agent-123");
        var task = await agent.CreateTaskAsync("Say hello.");
        #endregion
        return task;
    }

    public static async Task BackendAsync()
    {
        #region page
        var backend = new Backend();
        await backend.ReportExternalTaskAsync(new ReportTaskRequest { Id = "run-7", Input = "2+2", Result = "4" }, "agent-123");
        #endregion
    }

    public static async Task ErrorsAsync(Tasks tasks)
    {
        #region page
        try
        {
            await tasks.StopAsync("task_xyz");
        }
        catch (TaskNotFoundException)
        {
            Console.WriteLine("It was deleted.");
        }
        catch (ModuleException exception) when (exception.StatusCode >= 500)
        {
            Console.WriteLine($"Later: {exception.Description}");
        }
        #endregion
    }

    public static async Task<AgentTask> FilesAsync()
    {
        #region page
        var file = await new Files().UploadAsync("q3.csv");
        var task = await new Tasks().CreateAsync("agent-123", "Sum it up.", files: [file.Url]);
        #endregion
        return task;
    }
}
