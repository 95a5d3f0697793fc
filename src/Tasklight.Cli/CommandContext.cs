using System.CommandLine;
using Tasklight.Sdk;

namespace Tasklight.Cli;

/// <summary>One call of a command.</summary>
/// <param name="Parsed">What was typed.</param>
/// <param name="Configuration">Where the server is, and who calls.</param>
/// <param name="Output">Where to say what was found.</param>
/// <param name="Ct">Cancelled by SIGINT and SIGTERM.</param>
internal sealed record CommandContext(ParseResult Parsed, Configuration Configuration, Output Output, CancellationToken Ct)
{
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T Get<T>(Argument<T> argument) => Parsed.GetRequiredValue(argument);

    public Tasks Tasks { get; } = new(Configuration);

    public Sdk.Agents Agents { get; } = new(Configuration);

    /// <summary>The agent of a name or an id.</summary>
    public async Task<string> AgentIdAsync(string nameOrId)
    {
        var found = await Agents.ListAllAsync(Ct).Where(agent => agent.Name == nameOrId || agent.Id == nameOrId).ToListAsync(Ct);
        return (found.Find(agent => agent.Id == nameOrId) ?? (found.Count == 1 ? found[0] : null))?.Id ?? throw new CliException(ExitCodes.Failed, found.Count == 0
            ? $"There is no agent '{nameOrId}'. See: tasklight agents list"
            : $"{found.Count} agents are called '{nameOrId}'; take an id: {string.Join(", ", found.Select(agent => agent.Id))}");
    }
}
