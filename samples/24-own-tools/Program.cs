using OwnTools;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tools;
using Tasklight.Worker;

// Your own .NET methods as an agent's tools: the agent runtime in a process of yours, with everything else that agents of the server have (sessions,
// plans, approvals, budgets). The model's key is this program's: start it with OPENAI_API_KEY set, or name another model in agent.yaml.
// Make the agent; TASKLIGHT_AGENT_ID is the id that is shown: tasklight agents apply samples/24-own-tools/agent.yaml
// Ask it in another terminal: tasklight tasks create stock-clerk "I want two of the lamp Luna." --watch
// Run: dotnet run --project samples/24-own-tools
#region README own tools
var stock = new Stock();
var runtime = new AgentRuntime(new AgentRuntimeOptions { Tools = { (agent, task) => FunctionTools.Of(stock) } });
await AgentWorker.RunAsync(runtime.RunAsync, new WorkerOptions { CompactBeforeRetry = runtime.CompactAsync });
#endregion
