using Tasklight.Protocol;
using Tasklight.Sdk;

// Many tasks at once: creates them, tells each end as it comes, and what became of all. Whoever leaves before loses nothing: the tasks go on.
// Run, with a worker beside it: dotnet run --project samples/06-batch
string[] prompts = ["one", "one two", "one two three", "one two three four", "one two three four five"];
var tasks = new Tasks();
var agent = await new Agents().GetAsync();

var batch = await Task.WhenAll(prompts.Select(prompt => agent.CreateTaskAsync(prompt)));
await foreach (var ended in Task.WhenEach(batch.Select(task => task.WaitForCompletionAsync())))
{
    var task = await ended;
    Console.WriteLine($"'{task.Input.Text}' {task.Status}: {task.Result}");
}

Console.WriteLine(string.Join(", ", batch.CountBy(task => task.Status).Select(group => $"{group.Value} {group.Key}")));

// Long histories are read page by page.
var completed = await tasks.ListAllAsync(agent.Id, new TaskFilters { Status = AgentExecutionStatus.Completed }).CountAsync();
Console.WriteLine($"{completed} completed tasks of agent {agent.Name}");
