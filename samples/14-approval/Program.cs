using System.Security.Cryptography;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

// A task that waits for a person. The worker pauses it and says what it asks for; its slot is free meanwhile, for hours if need be. An
// approval queues the task again and the handler is called a second time; a rejection stops it.
// Run: dotnet run --project samples/14-approval -- worker | list | approve ID | reject ID REASON
const string Asked = "asked for approval";
var tasks = new Tasks();

switch (args)
{
    case ["worker"]:
        await AgentWorker.RunAsync<AgentTask>(PayAsync);
        return 0;

    case ["list"]:
        var agent = await new Agents().GetAsync();
        await foreach (var item in tasks.ListAllAsync(agent.Id, new TaskFilters { Status = AgentExecutionStatus.Paused }))
        {
            var waiting = await tasks.GetAsync(item.Id);
            Console.WriteLine($"{waiting.Id}  {waiting.HitlRequest?.Title}  {waiting.HitlRequest?.Content}");
        }

        return 0;

    case ["approve", var id]:
        // The hash binds the decision to what was shown: if the task asked for something else by now, it would be refused.
        var shown = await tasks.GetAsync(id);
        var approved = await tasks.ApproveAsync(id, new ApprovalDecisionRequest { ActionHash = shown.HitlRequest?.ActionHash });
        Console.WriteLine($"{approved.Status}");
        return 0;

    case ["reject", var id, var reason]:
        var rejected = await tasks.RejectAsync(id, new ApprovalDecisionRequest { Reason = reason });
        Console.WriteLine($"{rejected.Status}");
        return 0;

    default:
        await Console.Error.WriteLineAsync("worker | list | approve ID | reject ID REASON");
        return 2;
}

static Task<AgentTask> PayAsync(AgentTask task, CancellationToken ct)
{
    if (task.InternalStatus == Asked)
    {
        (task.InternalStatus, task.Result) = ("paid", $"Done: {task.Input.Text}");
        return Task.FromResult(task);
    }

    (task.Status, task.InternalStatus) = (AgentExecutionStatus.Paused, Asked);
    task.HitlRequest = new()
    {
        WaitNodeId = "pay",
        Title = "May I?",
        Content = task.Input.Text,
        ActionHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task.Input.Text ?? ""))),
        ExpiresAt = DateTimeOffset.UtcNow.AddDays(1),
    };
    return Task.FromResult(task);
}
