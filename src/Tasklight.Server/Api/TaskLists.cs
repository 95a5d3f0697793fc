using Tasklight.Protocol;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>Turns pages of the store into list answers.</summary>
static class TaskLists
{
    /// <summary>A result in a list is cut to this many UTF-8 bytes at most; the task itself has it whole.</summary>
    const int LongestResult = 64 * 1024;

    /// <summary>The SDK surface's bare array; a header says when there is more.</summary>
    public static IResult Array(HttpContext context, TaskPage page)
    {
        if (page.Next is not null)
        {
            context.Response.Headers[TasklightHeaders.Truncated] = "true";
        }

        Cut(page.Items);
        return Answers.Json(page.Items, ProtocolJson.Default.IReadOnlyListTasksListItem);
    }

    /// <summary>REST's page object; its total is exact up to <see cref="Page{T}.ExactTotal"/>.</summary>
    public static IResult Page(TaskPage page, TaskQuery query, int number)
    {
        Cut(page.Items);
        var isCapped = page.Total > Page<TasksListItem>.ExactTotal;
        var total = isCapped ? Page<TasksListItem>.ExactTotal : page.Total;
        return Answers.Json(
            new Page<TasksListItem>
            {
                Items = page.Items,
                Total = total,
                Number = number,
                PerPage = query.Limit,
                TotalPages = (total + query.Limit - 1) / query.Limit,
                TotalIsCapped = isCapped,
                NextCursor = page.Next,
            },
            ProtocolJson.Default.PageTasksListItem);
    }

    static void Cut(IReadOnlyList<TasksListItem> items)
    {
        for (var index = 0; index < items.Count; index++)
        {
            // A character takes at most three bytes for each of its UTF-16 units.
            if (items[index].Result is { Length: > LongestResult / 3 } result)
            {
                items[index].Result = Cut(result);
            }
        }
    }

    static string Cut(string text)
    {
        var bytes = 0;
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > LongestResult)
            {
                return text[..end];
            }

            end += rune.Utf16SequenceLength;
        }

        return text;
    }
}
