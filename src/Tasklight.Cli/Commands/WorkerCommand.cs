using System.CommandLine;
using Tasklight.Agents.Hosting;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary><c>tasklight worker</c>: the agent runtime in a process of its own.</summary>
internal static class WorkerCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly Option<string[]> Named = new("--agents") { Description = "Names or ids of agents; all that name a model when none is given", HelpName = "AGENT", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int> Concurrency = Number("--concurrency", $"Tasks at once, sub-tasks not counted ({AgentWorkersOptions.DefaultMaxConcurrency})");
    private static readonly Option<int> PerAgent = Number("--agent-concurrency", "Tasks of one agent at once (as --concurrency)");

    public static Command Make(CommandRunner runner) => runner.Command(
        "worker",
        "Run tasks of agents that name a model in this process, until it is told to end. While it is connected, the server leaves them to it. Models' keys come from this process's environment (OPENAI_API_KEY, ANTHROPIC_API_KEY, TASKLIGHT_MODELS_<PROVIDER>_KEY and _URL).",
        RunAsync,
        Named, Concurrency, PerAgent);

    private static Option<int> Number(string name, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var number) || number < 1))
            {
                result.AddError($"{name} is a whole number of at least 1.");
            }
        });
        return option;
    }

    private static async Task<int> RunAsync(CommandContext context)
    {
        var access = Access();
        var options = new AgentWorkersOptions { Runtime = { Access = access } };
        options.MaxConcurrency = context.Get(Concurrency) is > 0 and var all ? all : options.MaxConcurrency;
        options.MaxConcurrencyPerAgent = context.Get(PerAgent) is > 0 and var each ? each : null;
        await using var workers = new AgentWorkers(options);
        string[] named = context.Get(Named) ?? [];
        var server = ServerFor(context, access);
        Settle(server, workers, Chosen(await AgentsAsync(context), named, mustExist: true));
        await context.Output.Errors.WriteLineAsync($"Working for {workers.Agents.Count} agent{(workers.Agents.Count == 1 ? "" : "s")} of {context.Configuration.BaseUrl}. End with Ctrl+C.");
        try
        {
            await FollowAsync(context, server, workers, named);
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

    private static Func<AgentSummary, Configuration> ServerFor(CommandContext context, ToolAccess access) => agent => new Configuration
    {
        BaseUrl = context.Configuration.BaseUrl,
        ApiKey = context.Configuration.ApiKey,
        OrganizationId = agent.OrganizationId,
        AgentId = agent.Id,
        AllowPrivateFileAddresses = access.AllowPrivateAddresses,
        AllowedFileHosts = access.AllowedHosts,
    };

    // Agents come, change and go while it works.
    private static async Task FollowAsync(CommandContext context, Func<AgentSummary, Configuration> server, AgentWorkers workers, string[] named)
    {
        using var timer = new PeriodicTimer(LookEvery);
        while (await timer.WaitForNextTickAsync(context.Ct))
        {
            try
            {
                Settle(server, workers, Chosen(await AgentsAsync(context), named, mustExist: false));
            }
            catch (ModuleException problem)
            {
                // What it works for, it goes on working for.
                await context.Output.Errors.WriteLineAsync(problem.Description);
            }
        }
    }

    private static ValueTask<List<AgentSummary>> AgentsAsync(CommandContext context) => context.Agents.ListAllAsync(context.Ct).ToListAsync(context.Ct);

    private static List<AgentSummary> Chosen(List<AgentSummary> all, string[] named, bool mustExist)
    {
        if (named.Length == 0)
        {
            return all.FindAll(agent => agent is { Status: not AgentStatus.Inactive, ModelProvider.Length: > 0, ModelName.Length: > 0, DeploymentType: AgentDeploymentType.Serverless });
        }

        if (mustExist && Array.Find(named, name => !all.Exists(agent => agent.Id == name || agent.Name == name)) is { } unknown)
        {
            throw new CliException(ExitCodes.Wrong, $"There is no agent '{unknown}'. See: tasklight agents list");
        }

        var chosen = all.FindAll(agent => named.Contains(agent.Id) || named.Contains(agent.Name));
        return mustExist && chosen.Find(agent => agent.ModelName.Length == 0 || agent.ModelProvider.Length == 0) is { } without
            ? throw new CliException(ExitCodes.Wrong, $"Agent '{without.Name}' names no model: set its model_provider and model_name.")
            : chosen;
    }

    private static void Settle(Func<AgentSummary, Configuration> server, AgentWorkers workers, List<AgentSummary> chosen)
    {
        foreach (var (organization, agent) in workers.Agents.Where(known => !chosen.Exists(agent => agent.Id == known.AgentId)))
        {
            workers.Dismiss(organization, agent);
        }

        foreach (var agent in chosen)
        {
            workers.Work(server(agent));
        }
    }
}
