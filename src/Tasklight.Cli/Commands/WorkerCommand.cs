using System.CommandLine;
using Tasklight.Agents.Hosting;
using Tasklight.Agents.Tools;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary><c>tasklight worker</c>: the agent runtime in a process of its own.</summary>
internal static class WorkerCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly Option<string[]> Named = new("--agents") { Description = "Names or ids of agents; when none is given, all that name a model for which a key is set here", HelpName = "AGENT", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Concurrency = CountOption.Of("--concurrency", $"Tasks at once, sub-tasks not counted ({AgentWorkersOptions.DefaultMaxConcurrency})");
    private static readonly Option<int> PerAgent = CountOption.Of("--agent-concurrency", "Tasks of one agent at once (as --concurrency)");

    public static Command Make(CommandRunner runner) => runner.Command(
        "worker",
        "Run tasks of agents that name a model in this process, until it is told to end. While it is connected, the server leaves them to it. Models' keys come from this process's environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, TASKLIGHT_MODELS_<PROVIDER>_KEY and _URL).",
        RunAsync,
        Named, Concurrency, PerAgent);

    private static async Task<int> RunAsync(CommandContext context)
    {
        var access = Access();
        var options = new AgentWorkersOptions { Runtime = { Access = access } };
        options.MaxConcurrency = context.Get(Concurrency) is > 0 and var all ? all : options.MaxConcurrency;
        options.MaxConcurrencyPerAgent = context.Get(PerAgent) is > 0 and var each ? each : null;
        await using var workers = new AgentWorkers(options);
        var agents = new WorkerAgents(context, workers, access, context.Get(Named) ?? []);
        await agents.BeginAsync();
        try
        {
            await FollowAsync(context, agents);
        }
        catch (OperationCanceledException) when (context.Ct.IsCancellationRequested)
        {
            await context.Output.Errors.WriteLineAsync($"Leaving: running tasks have {Grace.TotalSeconds:0} s, then they are handed back.");
        }

        await workers.LeaveAsync(Grace);
        return ExitCodes.Done;
    }

    // A worker has nothing but its key, so what definitions name may be started; what tasks bring may not.
    private static ToolAccess Access()
    {
        try
        {
            return ToolAccess.FromEnvironment(Environment.GetEnvironmentVariable, LocalServers.Agents);
        }
        catch (ArgumentException problem)
        {
            throw new CliException(ExitCodes.Wrong, problem.Message.Split(" (Parameter ")[0]);
        }
    }

    private static async Task FollowAsync(CommandContext context, WorkerAgents agents)
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(context.Ct))
        {
            try
            {
                await agents.FollowAsync();
            }
            catch (ModuleException problem)
            {
                // What it works for, it goes on working for.
                await context.Output.Errors.WriteLineAsync(problem.Description);
            }
        }
    }
}
