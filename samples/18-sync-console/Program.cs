using Tasklight.Protocol;
using Tasklight.Sdk;

// A console program without await. Every call has a synchronous twin, down to the socket: no thread waits for another one.
// Run, with a worker beside it: dotnet run --project samples/18-sync-console
var tasks = new Tasks();
var agent = new Agents().Get();

var task = agent.CreateTask("How many words are in this question?", eventsStreaming: true);
foreach (var update in task.Events())
{
    Console.WriteLine(update.Type);
}

task.Reload();
Console.WriteLine($"{task.Status}: {task.Result}, {task.GetActivityLog().Messages.Count} entries in its log");

// And one that this program does itself.
var own = tasks.Create(agent.Id, new CreateTaskRequest { Input = new() { Text = "Do it here" }, RunLocally = true });
own.SetStatus(AgentExecutionStatus.Executing);
own.InternalStatus = "half";
own.Save();
own.Stop();
Console.WriteLine($"{AgentTask.Load(own.Id).Status}, {own.InternalStatus}");
Console.WriteLine($"{tasks.List(agent.Id).Count} tasks");
