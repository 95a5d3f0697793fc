using Spectre.Console;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary>A task for people.</summary>
internal static class TaskText
{
    /// <summary>Writes a task: what it is, what it waits for, its result.</summary>
    public static void Show(Output output, AgentTask task)
    {
        if (output.IsJson)
        {
            output.Json(task, ProtocolJson.Default.AgentTaskFields);
            return;
        }

        output.People.MarkupLine($"{Markup.Escape(task.Id)} {Coloured(task.Status)}{(task.Title is { } title ? " " + Markup.Escape(title) : "")}");
        if (task.Status == AgentExecutionStatus.Paused)
        {
            ShowWait(output.People, task);
        }

        if (task.Result is { Length: > 0 } result)
        {
            output.Text.WriteLine(result);
        }

        ShowNote(output.Aside, task);
    }

    /// <summary>What is said of a task beside its result: who or what stopped it, that it has no voice, say.</summary>
    public static void ShowNote(IAnsiConsole console, AgentTask task)
    {
        if (task is { Status: AgentExecutionStatus.Stopped, StopDetails.By: { Length: > 0 } by })
        {
            console.MarkupLine($"[grey]Stopped by {Markup.Escape(by)}[/]");
        }

        if (task.InternalStatus is { Length: > 0 } note)
        {
            console.MarkupLine($"[grey]{Markup.Escape(note)}[/]");
        }
    }

    /// <summary>What a paused task waits for, and what to do about it.</summary>
    public static void ShowWait(IAnsiConsole console, AgentTask task)
    {
        if (task.HitlRequest is { } request)
        {
            console.MarkupLine(request.ToolName is { } tool
                ? $"Waits for a decision about [yellow]{Markup.Escape(tool)}[/] {Markup.Escape(request.Arguments?.GetRawText() ?? "")}"
                : $"Waits for a decision: [yellow]{Markup.Escape(request.Title ?? request.WaitNodeId)}[/]{(request.Description is { Length: > 0 } more ? "\n" + Markup.Escape(more) : "")}");
            var hash = request.ActionHash is { } bound ? $" --action-hash {bound}" : "";
            console.MarkupLine($"[grey]tasklight tasks approve {Markup.Escape(task.Id)}{hash}[/]");
            console.MarkupLine($"[grey]tasklight tasks reject {Markup.Escape(task.Id)}{hash} --reason …[/]");
        }
        else if (task.PendingEcaRequest is { } login)
        {
            console.MarkupLine($"Waits for a login to [yellow]{Markup.Escape(login.ConnectorName)}[/]:");
            // As it is: a terminal's width would break it in pieces.
            console.Profile.Out.Writer.WriteLine(login.AuthUrl);
        }
        else if (task.DeepPlanning.QuestionRaised)
        {
            console.MarkupLine($"Asks a question; answer with: tasklight tasks create {Markup.Escape(task.AgentId)} --id {Markup.Escape(task.Id)} …");
        }
    }

    /// <summary>The status word, with a colour.</summary>
    public static string Coloured(AgentExecutionStatus status)
    {
        var colour = status switch
        {
            AgentExecutionStatus.Completed => "green",
            AgentExecutionStatus.Error or AgentExecutionStatus.Failed => "red",
            AgentExecutionStatus.Stopped => "grey",
            AgentExecutionStatus.Paused => "yellow",
            _ => "blue",
        };
        return $"[{colour}]{status.ToString().ToLowerInvariant()}[/]";
    }
}
