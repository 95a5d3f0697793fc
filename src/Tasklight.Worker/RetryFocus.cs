using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>The block in a task's additional context that names the open items of its plan (contract: worker-protocol §6).</summary>
internal static class RetryFocus
{
    private const string Begin = "<retry_focus>";
    private const string End = "</retry_focus>";

    /// <summary>The context with a block for these items in the place of an earlier one.</summary>
    public static string Add(string? context, IReadOnlyList<DeepPlanningItem> open)
    {
        var items = string.Join('\n', open.Select(item => $"- {item.Title} (id {item.Id})"));
        var block = $"{Begin}\nThe plan still has open items. Do these and mark each as completed before you answer:\n{items}\n{End}";
        return Remove(context) is { } own ? $"{own}\n\n{block}" : block;
    }

    /// <summary>The context without its block; null when nothing else was in it.</summary>
    public static string? Remove(string? context)
    {
        if (context is null || context.LastIndexOf(Begin, StringComparison.Ordinal) is var begin && begin < 0)
        {
            return context;
        }

        var end = context.IndexOf(End, begin, StringComparison.Ordinal);
        var own = (context[..begin].TrimEnd() + (end < 0 ? "" : context[(end + End.Length)..])).Trim();
        return own.Length > 0 ? own : null;
    }
}
