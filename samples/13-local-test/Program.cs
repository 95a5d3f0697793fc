using Tasklight.Protocol;
using Tasklight.Worker;

// Tries a handler on one task, here and now: no connected worker is given it. Worker programs that run do the same with
// --invoke --prompt TEXT.
// Run: dotnet run --project samples/13-local-test
var worker = new AgentWorker().OnTask((task, ct) => Task.FromResult(new { Words = task.Input.Text?.Split(' ').Length ?? 0 }));

var tried = await worker.TestAsync(new LocalTaskTest { Input = new() { Text = "one two three" }, OutputFormat = OutputFormat.Json });

Console.WriteLine($"{tried.Status}: {tried.Result}");
return tried.Status == AgentExecutionStatus.Completed ? 0 : 1;
