using Tasklight.Protocol;
using Tasklight.Worker;

// A worker: takes the agent's tasks, six at once, and calls the handler for each, until Ctrl+C or SIGTERM; running tasks may end first.
// It counts words, so that the samples that only ask have somebody who answers: run it beside them.
// Run: dotnet run --project samples/09-worker
var worker = new AgentWorker(new WorkerOptions { MaxConcurrency = 6, ShutdownGrace = TimeSpan.FromSeconds(10) })
    .OnBoot(() => Console.WriteLine("ready"))
    .OnShutdown(() => Console.WriteLine("left"))
    .OnTask(async context =>
    {
        var task = context.Task;
        await context.ChunkAsync("Counting…");
        var words = await context.ToolCallAsync("count_words", new { task.Input.Text }, () => Task.FromResult(Count(task.Input.Text)));

        // Whatever is set on the task is saved with its end: a word of your own, the tokens that a model used, the result.
        task.InternalStatus = "counted";
        task.Tokens = new() { PromptTokens = words, CompletionTokens = 1 };
        task.Result = task.OutputFormat == OutputFormat.Json ? $$"""{"words":{{words}}}""" : $"{words} words";
        return task;
    });

await AgentWorker.RunAllAsync([worker]);

static int Count(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length ?? 0;
