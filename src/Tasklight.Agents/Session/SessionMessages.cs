using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Sdk;

namespace Tasklight.Agents.Session;

/// <summary>Makes the messages that a model is asked with.</summary>
internal static class SessionMessages
{
    /// <summary>The conversation, oldest first.</summary>
    /// <param name="session">What was said.</param>
    /// <param name="model">The model to be asked, as provider/name; it gets its own reasoning back, another one does not. Null for nobody.</param>
    /// <param name="file">The content of an attached file.</param>
    public static IEnumerable<ChatMessage> Of(AgentSession session, string? model, Func<TaskFile, AIContent> file)
    {
        foreach (var entry in session.Entries)
        {
            switch (entry)
            {
                case SessionEntry.Turn(var turn):
                    yield return User(turn.Text, turn.Files, file);
                    break;
                case SessionEntry.Summary(var summary):
                    yield return User(TextOf(summary), summary.Files, file);
                    break;
                case SessionEntry.Note(var note):
                    yield return new ChatMessage(ChatRole.User, note.Text);
                    break;
                case SessionEntry.Model { Step: var answer, Calls: var calls } when answer.Text.Length > 0 || calls.Count > 0:
                    yield return Assistant(answer, model);
                    if (calls.Count > 0)
                    {
                        yield return new ChatMessage(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.Call.Id, ToolResultText.Shown(call)))]);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>A summary as the model reads it.</summary>
    public static string TextOf(SummaryStep summary) =>
        $"{summary.NewTaskPrompt}\n\n<context>\nThe conversation so far was summarised to save room. Go on from here; do not repeat what is done.\n{summary.TaskContext}\n</context>";

    private static ChatMessage User(string text, IEnumerable<TaskFile> files, Func<TaskFile, AIContent> file) =>
        new(ChatRole.User, [new TextContent(text), .. files.Select(file)]);

    private static ChatMessage Assistant(ModelStep answer, string? model)
    {
        var message = new ChatMessage(ChatRole.Assistant, new List<AIContent>());
        if (answer.Model == model)
        {
            foreach (var part in answer.Reasoning)
            {
                message.Contents.Add(part.Content());
            }
        }

        if (answer.Text.Length > 0)
        {
            message.Contents.Add(new TextContent(answer.Text));
        }

        foreach (var call in answer.Calls)
        {
            message.Contents.Add(new FunctionCallContent(call.Id, call.Name, Arguments(call.Arguments)));
        }

        return message;
    }

    private static Dictionary<string, object?> Arguments(JsonElement arguments)
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (arguments.ValueKind == JsonValueKind.Object)
        {
            foreach (var argument in arguments.EnumerateObject())
            {
                all[argument.Name] = argument.Value;
            }
        }

        return all;
    }
}
