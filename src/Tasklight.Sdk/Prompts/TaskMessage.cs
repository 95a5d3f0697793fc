using System.Globalization;
using System.Text;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Prompts;

/// <summary>What an agent is told to do, as text (contract: task-object §13).</summary>
internal static class TaskMessage
{
    /// <summary>The request, the links of its files, and what is in the readable ones.</summary>
    public static string Of(AgentExecutionInput input, IReadOnlyList<ReadableFile> readable)
    {
        var text = new StringBuilder(input.Text);
        if (input.Files is { Count: > 0 } files)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("Files: ").AppendJoin(", ", files);
        }

        if (readable.Count > 0)
        {
            text.Append("\nFiles contents:");
        }

        foreach (var file in readable)
        {
            AppendJson(text.Append('\n'), file);
        }

        return text.ToString();
    }

    /// <summary>What is said when a plan was left unfinished; null when nothing of it is open.</summary>
    public static string? Continuing(AgentExecutionInput input, DeepPlanning plan)
    {
        var open = plan.Tasks.Where(item => !item.Completed).ToList();
        if (open.Count == 0)
        {
            return null;
        }

        var done = plan.Tasks.Where(item => item.Completed).ToList();
        var text = new StringBuilder("Original request:\n").Append(Of(input, []));
        AppendItems(text.Append(CultureInfo.InvariantCulture, $"\n\nCompleted ({done.Count} of {plan.Tasks.Count}):"), done);
        AppendItems(text.Append("\n\nRemaining:"), open);
        return text
            .Append(CultureInfo.InvariantCulture, $"\n\nContinue with: {open[0].Title} (ID: {open[0].Id})")
            .Append("\nMark each item as completed as soon as it is done; do not repeat completed items.")
            .ToString();
    }

    private static void AppendItems(StringBuilder text, List<DeepPlanningItem> items)
    {
        if (items.Count == 0)
        {
            text.Append("\n- none");
        }

        foreach (var item in items)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {item.Title} (ID: {item.Id})");
        }
    }

    private static void AppendJson(StringBuilder text, ReadableFile file)
    {
        AppendText(text.Append("{\"url\": "), file.Url);
        if (file.Content is not null)
        {
            AppendText(text.Append(", \"content\": "), file.Content);
        }

        text.Append('}');
    }

    // As Python's json module writes it, because prompts tuned on one side should read the same on the other.
    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                >= ' ' and <= '~' => text.Append(character),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            };
        }

        text.Append('"');
    }
}
