using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Reads the filters and pages of task lists (contract: sdk-http §6.1, rest-v1 §3).</summary>
static class TaskFilters
{
    /// <summary>Lists of the SDK surface show this many tasks, the newest.</summary>
    public const int SdkLimit = 1000;

    /// <summary>Pages, and counts, end here; a cursor goes on.</summary>
    public const int DeepestItem = Page<TasksListItem>.ExactTotal;

    public const int DefaultPerPage = 20;
    public const int LargestPerPage = 50;
    const int LongestInternalStatus = 255;

    /// <summary>The filters that all lists have.</summary>
    public static TaskQuery Read(HttpContext context) => new()
    {
        UserId = context.Query("user_id"),
        ParentTaskId = context.Query("parent_task_id"),
        TriggeringAgentId = context.Query("triggering_agent_id"),
        Status = Status(context),
        InternalStatus = InternalStatus(context),
        WaitsFor = WaitsFor(context),
    };

    /// <summary>Filters, and a page only when one is asked for.</summary>
    public static TaskQuery ReadForSdk(HttpContext context)
    {
        var size = context.QueryNumber("per_page", 1, SdkLimit) ?? SdkLimit;
        var page = context.QueryNumber("page", 1, DeepestItem) ?? 1;
        return Read(context) with { Limit = size, Offset = OffsetOf(page, size) };
    }

    /// <summary>Filters, page or cursor, and a count up to <see cref="DeepestItem"/>.</summary>
    public static (TaskQuery Query, int Page) ReadForRest(HttpContext context, ITaskStore store)
    {
        var size = context.QueryNumber("per_page", 1, LargestPerPage) ?? DefaultPerPage;
        var page = context.QueryNumber("page", 1, int.MaxValue) ?? 1;
        var query = Read(context) with
        {
            AgentId = context.Query("agent_id"),
            From = context.QueryTime("from_date"),
            To = context.QueryTime("to_date"),
            Cursor = Cursor(context, store),
            Limit = size,
            Offset = OffsetOf(page, size),

            // One more, to tell exactly the limit from more than it.
            CountUpTo = DeepestItem + 1,
        };
        return (query, page);
    }

    static string? Cursor(HttpContext context, ITaskStore store) => context.Query("cursor") is not { } cursor || store.IsCursor(cursor)
        ? context.Query("cursor")
        : throw RequestExtensions.Refuse("cursor", $"'{Answers.Shorten(cursor)}' is no cursor; take next_cursor from an earlier page, unchanged.");

    static int OffsetOf(int page, int size)
    {
        var offset = (long)(page - 1) * size;
        return offset + size <= DeepestItem || page == 1
            ? (int)offset
            : throw RequestExtensions.Refuse("page", $"Pages of {size} end at page {DeepestItem / size} (task {DeepestItem}); follow next_cursor to go deeper.");
    }

    static AgentExecutionStatus? Status(HttpContext context)
    {
        if (context.Query("status") is not { } text)
        {
            return null;
        }

        return AgentExecutionStatusExtensions.TryParseWire(text, out var status)
            ? status
            : throw RequestExtensions.Refuse("status", $"'{Answers.Shorten(text)}' is not one of: {string.Join(", ", Enum.GetValues<AgentExecutionStatus>().Select(word => word.ToWire()))}.");
    }

    static TaskWait WaitsFor(HttpContext context) => context.Query("waiting_for") switch
    {
        null => TaskWait.Nothing,
        "approval" => TaskWait.Approval,
        "login" => TaskWait.Login,
        "answer" => TaskWait.Answer,
        "budget" => TaskWait.Budget,
        var text => throw RequestExtensions.Refuse("waiting_for", $"'{Answers.Shorten(text)}' is not one of: approval, login, answer, budget."),
    };

    static string? InternalStatus(HttpContext context)
    {
        var text = context.Query("internal_status");
        return text is null || text.Length <= LongestInternalStatus
            ? text
            : throw RequestExtensions.Refuse("internal_status", $"An internal status has at most {LongestInternalStatus} characters; this one has {text.Length}.");
    }
}
