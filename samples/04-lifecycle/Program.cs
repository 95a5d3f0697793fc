using Tasklight.Protocol;
using Tasklight.Sdk;

// The whole life of a task, step by step, with its status, its internal status (a word of your own, 255 characters at most) and its plan.
// Workers save and set these inside their handlers; here the program does the task itself, so RunLocally keeps workers away from it.
// Run: dotnet run --project samples/04-lifecycle
var configuration = new Configuration();
var tasks = new Tasks(configuration);
var agent = await new Agents(configuration).GetAsync();

var task = await tasks.CreateAsync(agent.Id, new CreateTaskRequest
{
    Input = new() { Text = "Write the report", User = new() { Id = "dana", Email = "dana@example.com" } },
    Title = "Report",
    RunLocally = true,
});
Show("created", task);

await task.SetStatusAsync(AgentExecutionStatus.Executing);
Show("begun", task);

// Save sends every field but the plan, which is the server's unless said.
task.InternalStatus = "reading";
task.DeepPlanning = new() { Enabled = true, Enforce = true, Started = true, Tasks = [new() { Id = "1", Title = "read" }, new() { Id = "2", Title = "write" }] };
await task.SaveAsync(withDeepPlanUpdate: true);
Show("saved", task);
Console.WriteLine($"open: {string.Join(", ", (await task.GetPlanFollowingStatusAsync()).UncompletedTasks.Select(item => item.Title))}");

await task.SetStatusAsync(AgentExecutionStatus.Paused);
Show("paused", task);

// Another program has the id alone. An update sends only what is set.
var elsewhere = await AgentTask.LoadAsync(task.Id, configuration);
await tasks.UpdateAsync(elsewhere.Id, new UpdateTaskRequest { Status = AgentExecutionStatus.Executing });
await task.ReloadAsync();
Show("reloaded", task);

// What the run cost. Workers report it by themselves when their handler has set the tokens.
(task.Tokens, task.UsedTools) = (new() { PromptTokens = 120, CompletionTokens = 30 }, ["search"]);
await task.ReportMetricsAsync();
await task.SetStatusAsync(AgentExecutionStatus.Completed, "It is written.");
Show("ended", task);
Console.WriteLine($"cost: {task.Tokens?.TotalTokens} tokens, used {string.Join(", ", task.UsedTools)}");

var stopped = await tasks.CreateAsync(agent.Id, new CreateTaskRequest { Input = new() { Text = "Never mind" }, RunLocally = true });
await tasks.StopAsync(stopped.Id);
Show("stopped", await tasks.GetAsync(stopped.Id));

foreach (var item in await tasks.ListAsync(agent.Id, new TaskFilters { Status = AgentExecutionStatus.Completed, InternalStatus = "reading", UserId = "dana" }))
{
    Show($"listed {item.Title}", await item.LoadAsync(configuration));
}

foreach (var item in await tasks.ListUserTasksAsync("dana"))
{
    Console.WriteLine($"of dana: {item.Title}, {item.Status}");
}

static void Show(string step, AgentTask task) =>
    Console.WriteLine($"{step}: {task.Status}, internal status {task.InternalStatus ?? "none"}, result {task.Result ?? "none"}, stopped by hand {task.IsManuallyStopped}");
