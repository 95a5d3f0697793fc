using Tasklight.Protocol;
using Tasklight.Sdk;

// Two kinds of failure. A call that fails raises a ModuleException or one of its kinds, with a status and a sentence that says what to do.
// A task that fails is a call that went well: its status says so, and its result why.
// Run: dotnet run --project samples/05-errors
var tasks = new Tasks();
var agent = await new Agents().GetAsync();
var task = await tasks.CreateAsync(agent.Id, new CreateTaskRequest { Input = new() { Text = "Divide by zero" }, RunLocally = true });
await task.SetStatusAsync(AgentExecutionStatus.Error, "The divisor was zero.");

await TryAsync("a task that is not there", () => tasks.GetAsync("nobody"));
await TryAsync("a task that has ended", () => tasks.UpdateAsync(task.Id, new UpdateTaskRequest { Status = AgentExecutionStatus.Executing }));
await TryAsync("a wrong key", () => new Tasks(new Configuration { ApiKey = "wrong" }).GetAsync(task.Id));
await TryAsync("a request that is not valid", () => tasks.CreateAsync(agent.Id, new CreateTaskRequest { Priority = 1_000 }));

// RetryFor repeats reads, and writes with an idempotency key, over short outages; what is left of them is raised.
await TryAsync("no server", () => new Tasks(new Configuration { BaseUrl = "http://127.0.0.1:9", RetryFor = TimeSpan.FromSeconds(1) }).GetAsync(task.Id));

await task.ReloadAsync();
Console.WriteLine(task.Status switch
{
    AgentExecutionStatus.Completed => $"the task went well: {task.Result}",
    AgentExecutionStatus.Error => $"its handler raised: {task.Result}",
    AgentExecutionStatus.Failed => $"it gave up: {task.Result}",
    AgentExecutionStatus.Stopped => "somebody stopped it",
    _ => "it has not ended",
});

static async Task TryAsync(string what, Func<Task> call)
{
    try
    {
        await call();
        Console.WriteLine($"{what}: no failure");
    }
    catch (TaskNotFoundException exception)
    {
        Console.WriteLine($"{what}: not found. {exception.Description}");
    }
    catch (TaskConflictException exception)
    {
        Console.WriteLine($"{what}: conflict, {exception.Code}. {exception.Description}");
    }
    catch (ModuleException exception) when (exception.StatusCode is 401 or 403)
    {
        Console.WriteLine($"{what}: not allowed. {exception.Description}");
    }
    catch (ModuleException exception)
    {
        Console.WriteLine($"{what}: {exception.StatusCode}, {exception.InnerException?.GetType().Name ?? "the server's word"}. {exception.Description}");
    }
}
