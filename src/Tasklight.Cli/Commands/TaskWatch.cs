using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary>Follows a task's turn: its text goes to the standard output as it comes, what it does beside it.</summary>
internal static class TaskWatch
{
    /// <summary>Follows until the turn ends or waits for a person.</summary>
    public static async Task<int> RunAsync(CommandContext context, AgentTask task)
    {
        if (!task.EventsStreaming)
        {
            throw new CliException(ExitCodes.Failed, $"Task '{task.Id}' was created without events_streaming, so it cannot be watched. See: tasklight tasks get {task.Id}");
        }

        var (output, hasText) = (context.Output, false);
        await foreach (var update in task.EventsAsync(context.Ct))
        {
            if (output.IsJson)
            {
                output.Json(update, ProtocolJson.Default.TaskUpdateEvent, onOneLine: true);
            }
            else
            {
                hasText |= Show(output, update);
            }

            // It may have been an earlier wait of the turn, which is over.
            if (update.AsTask() is { Status: AgentExecutionStatus.Paused } && (await task.ReloadAsync(context.Ct)).Status == AgentExecutionStatus.Paused)
            {
                break;
            }
        }

        return End(output, await task.ReloadAsync(context.Ct), hasText);
    }

    // True for a piece of the answer.
    private static bool Show(Output output, TaskUpdateEvent update)
    {
        if (update.AsChunk() is { } chunk)
        {
            output.Text.Write(chunk);
            output.Text.Flush();
            return true;
        }

        if (update.AsToolCallResult() is { } result)
        {
            var ended = result.IsError ? $"[red]failed[/] {Markup.Escape(result.ToolName ?? result.OperationId)}: {Markup.Escape(Short(result.Result))}" : $"done {Markup.Escape(result.ToolName ?? result.OperationId)}";
            output.Aside.MarkupLine($"[grey]  {ended}[/]");
        }
        else if (update.AsToolCallRequest() is { } call)
        {
            output.Aside.MarkupLine($"[grey]→ {Markup.Escape(call.ToolName ?? call.OperationId)} {Markup.Escape(Short(call.Payload))}[/]");
        }
        else if (update.AsReasoning() is { } thought)
        {
            output.Aside.MarkupLine($"[grey]… {Markup.Escape(Short(thought.Thought ?? thought.Title))}[/]");
        }
        else if (update.AsPlan() is { } plan)
        {
            output.Aside.MarkupLine($"[grey]plan: {plan.Tasks.Count(item => item.Completed)} of {plan.Tasks.Count} done[/]");
        }

        return false;
    }

    private static int End(Output output, AgentTask task, bool hasText)
    {
        if (!output.IsJson)
        {
            if (hasText)
            {
                output.Text.WriteLine();
            }

            // A question comes without being streamed, so it follows what was.
            if (task.Result is { Length: > 0 } result && (!hasText || task is { Status: AgentExecutionStatus.Paused, DeepPlanning.QuestionRaised: true }))
            {
                output.Text.WriteLine(result);
            }

            output.Aside.MarkupLine($"{TaskText.Coloured(task.Status)}{Used(task)}{(hasText && !IsGood(task.Status) && task.Result is { } why ? ": " + Markup.Escape(why) : "")}");
            TaskText.ShowWait(output.Aside, task);
            TaskText.ShowNote(output.Aside, task);
        }

        return task.Status switch
        {
            AgentExecutionStatus.Completed => ExitCodes.Done,
            AgentExecutionStatus.Paused => ExitCodes.Waits,
            _ => ExitCodes.NotCompleted,
        };
    }

    private static string Used(AgentTask task) => task.Usage is { } usage
        ? $", {Used(usage)}{(task.SubExecutions.Count > 0 ? $"; with its sub-tasks {Used(usage.Tree)}" : "")}"
        : "";

    private static string Used(UsageTotals usage) =>
        string.Create(CultureInfo.InvariantCulture, $"{usage.PromptTokens} tokens in, {usage.CompletionTokens} out{(usage.Cost > 0 ? $", cost {usage.Cost:0.######}" : "")}");

    private static bool IsGood(AgentExecutionStatus status) => status is AgentExecutionStatus.Completed or AgentExecutionStatus.Paused;

    private static string Short(JsonElement? payload) => Short(payload is { ValueKind: JsonValueKind.String } text ? text.GetString()! : payload?.GetRawText() ?? "");

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length > 120 ? line[..119] + "…" : line;
    }
}
