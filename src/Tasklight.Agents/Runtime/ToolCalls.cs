using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Session;

namespace Tasklight.Agents.Runtime;

/// <summary>Makes calls of what a provider says, with ids that no other call of the session has: some providers count from zero in every answer.</summary>
internal static class ToolCalls
{
    private static readonly JsonElement NoArguments = JsonElement.Parse("{}");

    public static IReadOnlyList<ToolCall> Of(IEnumerable<FunctionCallContent> contents, AgentSession session)
    {
        var calls = new List<ToolCall>();
        foreach (var content in contents)
        {
            var (arguments, problem) = Read(content);
            calls.Add(new ToolCall
            {
                Id = Unique(content.CallId, session, calls),
                Name = content.Name,
                Arguments = arguments,
                Problem = problem,
            });
        }

        return calls;
    }

    // Broken ones come as an object that quotes them, so that the model sees what it wrote.
    private static (JsonElement Arguments, string? Problem) Read(FunctionCallContent content)
    {
        try
        {
            var written = ToolArguments.Parse(ToolArguments.WriteWhole(content));
            if (!JsonDepth.Fits(written))
            {
                return (NoArguments, $"they have more than {JsonDepth.Most} levels");
            }

            return (written, content.Exception?.GetBaseException().Message);
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException)
        {
            return (NoArguments, broken.Message);
        }
    }

    private static string Unique(string id, AgentSession session, List<ToolCall> calls)
    {
        var wanted = id.Length == 0 ? "call" : id;
        var unique = wanted;
        // The ids before a summary are forgotten, but still in the task's log.
        for (var number = session.Last + 1; session.HasCall(unique) || calls.Exists(call => call.Id == unique) || (session.IsSummarised && unique == wanted); number++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number}");
        }

        return unique;
    }
}
