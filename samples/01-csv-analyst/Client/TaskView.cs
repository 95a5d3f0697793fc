using System.Globalization;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace CsvAnalyst.Client;

/// <summary>Shows a task's events as lines of text, as they come.</summary>
internal sealed class TaskView(TextWriter output, bool hasColours)
{
    private DateTimeOffset _start;
    private HashSet<string> _done = [];
    private AgentExecutionStatus? _status;

    public void Show(TaskUpdateEvent update)
    {
        _start = _start == default ? update.Time : _start;
        switch (update.Type)
        {
            case TaskEventTypes.TaskCreated or TaskEventTypes.TaskUpdated or TaskEventTypes.TaskFinished when update.AsTask() is { } task:
                ShowStatus(update, task);
                break;
            case TaskEventTypes.PlanUpdated when update.AsPlan() is { } plan:
                ShowPlan(update, plan);
                break;
            case TaskEventTypes.ToolCallRequest when update.AsToolCallRequest() is { } call:
                Line(update, "tool call", $"{call.ToolName} {Json(call.Payload)}", Colour.Blue);
                break;
            case TaskEventTypes.ToolCallResult when update.AsToolCallResult() is { } result:
                Line(update, "tool result", $"{result.ToolName} {Json(result.Result)}", result.IsError ? Colour.Red : Colour.Blue);
                break;
            case TaskEventTypes.Chunk when update.AsChunk() is { } text:
                Line(update, "progress", text.TrimEnd(), Colour.Grey);
                break;
            default:
                Line(update, update.Type, Json(update.Data), Colour.Grey);
                break;
        }
    }

    private static string Json(JsonElement? data) => data?.GetRawText() ?? "";

    private void ShowStatus(TaskUpdateEvent update, AgentTaskFields task)
    {
        if (task.Status == _status)
        {
            return;
        }

        _status = task.Status;
        var words = task.Status switch
        {
            AgentExecutionStatus.Pending => "pending, waits for a worker",
            AgentExecutionStatus.Executing => $"executing on worker {task.WorkerId}, attempt {task.Attempt}",
            _ => task.Status.ToWire(),
        };
        var colour = task.Status switch
        {
            AgentExecutionStatus.Completed => Colour.Green,
            AgentExecutionStatus.Error or AgentExecutionStatus.Failed or AgentExecutionStatus.Stopped => Colour.Red,
            _ => Colour.None,
        };
        Line(update, "status", words, colour);
    }

    private void ShowPlan(TaskUpdateEvent update, DeepPlanning plan)
    {
        var done = plan.Tasks.Where(item => item.Completed).Select(item => item.Id).ToHashSet();
        var news = done.Count == 0 ? plan.Tasks : plan.Tasks.Where(item => item.Completed && !_done.Contains(item.Id));
        foreach (var item in news)
        {
            Line(update, "plan", $"[{(item.Completed ? "x" : " ")}] {item.Title}", item.Completed ? Colour.Green : Colour.None);
        }

        _done = done;
    }

    private void Line(TaskUpdateEvent update, string what, string text, Colour colour)
    {
        var seconds = (update.Time - _start).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
        var (on, off) = hasColours && colour != Colour.None ? ($"\e[{(int)colour}m", "\e[0m") : ("", "");
        output.WriteLine($"  {seconds,8} s  {what,-12}{on}{text}{off}");
    }

    private enum Colour
    {
        None = 0,
        Red = 31,
        Green = 32,
        Blue = 34,
        Grey = 90,
    }
}
