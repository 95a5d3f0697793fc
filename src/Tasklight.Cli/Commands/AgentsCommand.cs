using System.CommandLine;
using Spectre.Console;
using Tasklight.Cli.Definitions;
using Tasklight.Protocol;

namespace Tasklight.Cli.Commands;

/// <summary><c>tasklight agents</c>.</summary>
internal static class AgentsCommand
{
    private static readonly Argument<string> Agent = new("agent") { Description = "Name or id", HelpName = "AGENT" };

    private static readonly Argument<string> User = IdArgument.Of("user", "The end user as tasks name them: id, else e-mail address");
    private static readonly Option<string?> Server = new("--server") { Description = "Only this MCP server, by its name or address", HelpName = "SERVER" };

    public static Command Make(CommandRunner runner) => new("agents", "Define agents and look at them")
    {
        ApplyCommand.Make(runner),
        runner.Command("list", "List the agents, newest first", ListAsync),
        runner.Command("get", "Show an agent as it is edited; secrets are masked", GetAsync, Agent),
        runner.Command("export", "Write an agent as a file for 'agents apply'; secrets are masked, and stay as they are when it is applied", ExportAsync, Agent),
        runner.Command("delete", "Delete an agent; its tasks stay", DeleteAsync, Agent),
        runner.Command("logout", "Log an end user out of an agent's MCP servers: forget the tokens, and have them taken back", LogOutAsync, Agent, User, Server),
    };

    private static async Task<int> ListAsync(CommandContext context)
    {
        var agents = await context.Agents.ListAllAsync(context.Ct).ToListAsync(context.Ct);
        if (context.Output.IsJson)
        {
            context.Output.Json(agents, ProtocolJson.Default.IReadOnlyListAgentSummary);
            return ExitCodes.Done;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("NAME", "MODEL", "STATUS", "ID");
        foreach (var agent in agents)
        {
            var model = agent.ModelName.Length == 0 ? "-" : $"{agent.ModelProvider}/{agent.ModelName}";
            table.AddRow(Markup.Escape(agent.Name), Markup.Escape(model), agent.Status.ToString().ToLowerInvariant() + (agent.HasPendingChanges ? ", not deployed" : ""), agent.Id);
        }

        context.Output.People.Write(table);
        return ExitCodes.Done;
    }

    private static async Task<int> GetAsync(CommandContext context)
    {
        var agent = await context.Agents.GetDraftAsync(await context.AgentIdAsync(context.Get(Agent)), context.Ct);
        if (context.Output.IsJson)
        {
            context.Output.Json(agent, ProtocolJson.Default.AgentFields);
            return ExitCodes.Done;
        }

        await context.Output.Text.WriteLineAsync($"# {agent.Id}, version {agent.Version}{(agent.HasPendingChanges ? ", edited since" : "")}");
        await context.Output.Text.WriteAsync(await DefinitionOf(context, agent));
        return ExitCodes.Done;
    }

    private static async Task<int> ExportAsync(CommandContext context)
    {
        var agent = await context.Agents.GetDraftAsync(await context.AgentIdAsync(context.Get(Agent)), context.Ct);
        await context.Output.Text.WriteAsync(await DefinitionOf(context, agent));
        return ExitCodes.Done;
    }

    private static async Task<string> DefinitionOf(CommandContext context, AgentFields agent)
    {
        var names = await context.Agents.ListAllAsync(context.Ct).ToLookupAsync(known => known.Name, known => known.Id, StringComparer.Ordinal, context.Ct);
        return DefinitionWriter.Write(DefinitionForm.Of(agent, id => names.FirstOrDefault(same => same.Count() == 1 && same.Contains(id))?.Key));
    }

    private static async Task<int> LogOutAsync(CommandContext context)
    {
        var ended = await context.Agents.LogOutAsync(await context.AgentIdAsync(context.Get(Agent)), context.Get(User), context.Get(Server), context.Ct);
        if (context.Output.IsJson)
        {
            context.Output.Json(ended, ProtocolJson.Default.IReadOnlyListEndedLogin);
            return ExitCodes.Done;
        }

        foreach (var login in ended)
        {
            var shared = login.IsShared ? ", for all agents that share it" : "";
            await context.Output.Text.WriteLineAsync($"Logged {context.Get(User)} out of {login.ServerName} ({login.ServerUrl}){shared}.{(login.Problem is null ? "" : $" The tokens were not taken back: {login.Problem}")}");
        }

        if (ended.Count == 0)
        {
            await context.Output.Text.WriteLineAsync($"{context.Get(User)} was not logged in.");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> DeleteAsync(CommandContext context)
    {
        var id = await context.AgentIdAsync(context.Get(Agent));
        await context.Agents.DeleteAsync(id, context.Ct);
        if (context.Output.IsJson)
        {
            context.Output.Json(new System.Text.Json.Nodes.JsonObject { ["id"] = id, ["action"] = "deleted" });
        }
        else
        {
            await context.Output.Text.WriteLineAsync($"Deleted {context.Get(Agent)} ({id}).");
        }

        return ExitCodes.Done;
    }
}
