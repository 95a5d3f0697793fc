using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary><c>tasklight tasks</c>.</summary>
internal static class TasksCommand
{
    private const int DefaultLimit = 20;

    private static readonly Argument<string> Task = IdArgument.Of("task", "A task's id");
    private static readonly Option<string?> Agent = new("--agent") { Description = "Only tasks of this agent (name or id)", HelpName = "AGENT" };
    private static readonly Option<string?> Status = new("--status") { Description = "Only tasks of this status: pending, executing, paused, completed, error, failed or stopped", HelpName = "STATUS" };
    private static readonly Option<int> Limit = CountOption.Of("--limit", "At most so many, newest first", DefaultLimit);
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; the model reads a rejection's reason", HelpName = "TEXT" };
    private static readonly Option<string?> ActionHash = new("--action-hash") { Description = "The action that is meant; refused when the task waits for another one", HelpName = "HASH" };
    private static readonly Option<string?> Arguments = new("--arguments") { Description = "Call the tool with these arguments instead, a JSON object; only where the request allows it", HelpName = "JSON" };

    public static Command Make(CommandRunner runner) => new("tasks", "Create tasks, watch them, and decide what they wait for")
    {
        CreateCommand.Make(runner),
        runner.Command("list", "List tasks, newest first", ListAsync, Agent, Status, Limit),
        runner.Command("get", "Show a task", GetAsync, Task),
        runner.Command("watch", "Follow a task until its turn ends or it waits for a person: its text on the standard output, what it does beside it", WatchAsync, Task),
        runner.Command("stop", "Stop a task and all of its sub-tasks", StopAsync, Task),
        runner.Command("approve", "Approve what a task waits for", ApproveAsync, Task, Reason, ActionHash, Arguments),
        runner.Command("reject", "Reject what a task waits for", RejectAsync, Task, Reason, ActionHash),
        runner.Command("why", "Say why a task does not run, and what would make it", WhyAsync, Task),
    };

    private static async Task<int> ListAsync(CommandContext context)
    {
        var agent = context.Get(Agent) is { } named ? await context.AgentIdAsync(named) : null;
        var filters = new TaskFilters { Status = context.Get(Status) is { } word ? StatusOf(word) : null };
        var tasks = await context.Tasks.ListAllAsync(agent, filters, context.Ct).Take(context.Get(Limit)).ToListAsync(context.Ct);
        if (context.Output.IsJson)
        {
            context.Output.Json(tasks, ProtocolJson.Default.IReadOnlyListTasksListItem);
            return ExitCodes.Done;
        }

        var table = new Table().Border(TableBorder.None).AddColumns("TASK", "STATUS", "CREATED", "TITLE OR RESULT");
        foreach (var task in tasks)
        {
            var line = (task.Title ?? task.Result ?? "").ReplaceLineEndings(" ");
            table.AddRow(task.Id, TaskText.Coloured(task.Status), task.CreatedAt is { } created ? $"{created.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : "", Markup.Escape(line.Length > 60 ? line[..59] + "…" : line));
        }

        context.Output.People.Write(table);
        return ExitCodes.Done;
    }

    private static async Task<int> GetAsync(CommandContext context)
    {
        TaskText.Show(context.Output, await context.Tasks.GetAsync(context.Get(Task), context.Ct));
        return ExitCodes.Done;
    }

    private static async Task<int> WatchAsync(CommandContext context) =>
        await TaskWatch.RunAsync(context, await context.Tasks.GetAsync(context.Get(Task), context.Ct));

    private static async Task<int> StopAsync(CommandContext context)
    {
        TaskText.Show(context.Output, await context.Tasks.StopAsync(context.Get(Task), ct: context.Ct));
        return ExitCodes.Done;
    }

    private static async Task<int> ApproveAsync(CommandContext context)
    {
        var decision = new ApprovalDecisionRequest { ActionHash = context.Get(ActionHash), Comment = context.Get(Reason), Arguments = ArgumentsOf(context.Get(Arguments)) };
        TaskText.Show(context.Output, await context.Tasks.ApproveAsync(context.Get(Task), decision, ct: context.Ct));
        return ExitCodes.Done;
    }

    private static async Task<int> RejectAsync(CommandContext context)
    {
        var decision = new ApprovalDecisionRequest { ActionHash = context.Get(ActionHash), Reason = context.Get(Reason) };
        TaskText.Show(context.Output, await context.Tasks.RejectAsync(context.Get(Task), decision, ct: context.Ct));
        return ExitCodes.Done;
    }

    private static async Task<int> WhyAsync(CommandContext context)
    {
        var why = await context.Tasks.WhyAsync(context.Get(Task), context.Ct);
        if (context.Output.IsJson)
        {
            context.Output.Json(why, ProtocolJson.Default.WhyAnswer);
            return ExitCodes.Done;
        }

        await context.Output.Text.WriteLineAsync($"{why.Reason}{(why.Since is { } since ? $", since {since.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : "")}");
        await context.Output.Text.WriteLineAsync(why.Detail ?? "");
        if (why.UnblockedBy is { } unblockedBy)
        {
            await context.Output.Text.WriteLineAsync($"What would help: {unblockedBy}");
        }

        return ExitCodes.Done;
    }

    private static AgentExecutionStatus StatusOf(string word)
    {
        try
        {
            return JsonSerializer.SerializeToElement(word, ProtocolJson.Default.String).Deserialize(ProtocolJson.Default.AgentExecutionStatus);
        }
        catch (JsonException problem)
        {
            throw new CliException(ExitCodes.Wrong, $"--status: {problem.Message.Split(" Path: ")[0]}");
        }
    }

    private static JsonElement? ArgumentsOf(string? json)
    {
        try
        {
            return json is null ? null : JsonDocument.Parse(json).RootElement.Clone();
        }
        catch (JsonException problem)
        {
            throw new CliException(ExitCodes.Wrong, $"--arguments is not JSON: {problem.Message}");
        }
    }
}
