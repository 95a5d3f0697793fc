using Tasklight.Sdk;

// The first task: create it, wait for its end, print its result.
// Run, with a worker beside it: dotnet run --project samples/02-first-task
#region README first task
var agent = await new Agents().GetAsync();
var task = await new Tasks().CreateAsync(agent.Id, "How many words are in this question?");
await task.WaitForCompletionAsync();

Console.WriteLine($"{task.Status}: {task.Result}");
#endregion
