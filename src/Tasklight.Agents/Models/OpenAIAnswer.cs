using System.Text;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;

namespace Tasklight.Agents.Models;

/// <summary>One streamed answer: text and reasoning as they come, tool calls once they are whole.</summary>
internal sealed class OpenAIAnswer(ModelConnection connection)
{
    private readonly List<Call> _calls = [];
    private readonly string _id = Guid.NewGuid().ToString("N");
    private ChatFinishReason? _finish;
    private ChatTokenUsage? _usage;
    private string? _model;

    /// <summary>What can be handed on of it now; null for nothing. A piece of a tool call is handed on as it came, without contents.</summary>
    public ChatResponseUpdate? Read(StreamingChatCompletionUpdate update)
    {
        if (update.Patch.TryGetJson("$.error"u8, out var error))
            throw ProviderError.Of(connection, null, $$"""{"error":{{Encoding.UTF8.GetString(error.Span)}}}""");

        _model ??= update.Model;
        _usage = update.Usage ?? _usage;
        _finish = Finish(update.FinishReason) ?? _finish;
        foreach (var part in update.ToolCallUpdates)
            Add(part);

        List<AIContent> contents = [.. Reasoning(update), .. Texts(update)];
        if (contents.Count == 0 && update.ToolCallUpdates.Count == 0)
            return null;

        var piece = Update(contents);
        piece.RawRepresentation = update.ToolCallUpdates.Count > 0 ? update : null;
        return piece;
    }

    /// <summary>What was held back: tool calls and usage. Empty, without a reason to finish, when the answer ended in its middle.</summary>
    public ChatResponseUpdate End()
    {
        // Half a tool call is none.
        if (_finish is null)
            return Update([]);

        List<AIContent> contents = [.. _calls.Select(call => ToolArguments.Read(call.Id, call.Name, call.Arguments.ToString()))];
        if (_usage is not null)
            contents.Add(new UsageContent(Usage(_usage)));

        var end = Update(contents);
        end.FinishReason = _calls.Count > 0 ? ChatFinishReason.ToolCalls : _finish;
        return end;
    }

    private ChatResponseUpdate Update(List<AIContent> contents) => new(ChatRole.Assistant, contents) { MessageId = _id, ResponseId = _id, ModelId = _model };

    private static ChatFinishReason? Finish(OpenAI.Chat.ChatFinishReason? reason) => reason switch
    {
        OpenAI.Chat.ChatFinishReason.Stop => ChatFinishReason.Stop,
        OpenAI.Chat.ChatFinishReason.Length => ChatFinishReason.Length,
        OpenAI.Chat.ChatFinishReason.ContentFilter => ChatFinishReason.ContentFilter,
        OpenAI.Chat.ChatFinishReason.ToolCalls or OpenAI.Chat.ChatFinishReason.FunctionCall => ChatFinishReason.ToolCalls,
        _ => null,
    };

    // Some servers give every parallel call the same index, and some no id.
    private void Add(StreamingChatToolCallUpdate part)
    {
        var call = _calls.FindLast(call => call.Index == part.Index && (string.IsNullOrEmpty(part.ToolCallId) || call.Id == part.ToolCallId));
        if (call is null)
        {
            call = new(part.Index, string.IsNullOrEmpty(part.ToolCallId) ? "call_" + Guid.NewGuid().ToString("N") : part.ToolCallId);
            _calls.Add(call);
        }

        call.Name += part.FunctionName;
        call.Arguments.Append(part.FunctionArgumentsUpdate?.ToString());
    }

    private static IEnumerable<AIContent> Texts(StreamingChatCompletionUpdate update)
    {
        foreach (var part in update.ContentUpdate)
        {
            if (!string.IsNullOrEmpty(part.Text))
                yield return new TextContent(part.Text);
        }

        if (!string.IsNullOrEmpty(update.RefusalUpdate))
            yield return new TextContent(update.RefusalUpdate);
    }

    // Not OpenAI's own, but of DeepSeek and vLLM (reasoning_content), OpenRouter and Ollama (reasoning).
    private static IEnumerable<AIContent> Reasoning(StreamingChatCompletionUpdate update)
    {
        if ((update.Patch.TryGetValue("$.choices[0].delta.reasoning_content"u8, out string? thought) && !string.IsNullOrEmpty(thought))
            || (update.Patch.TryGetValue("$.choices[0].delta.reasoning"u8, out thought) && !string.IsNullOrEmpty(thought)))
            yield return new TextReasoningContent(thought);
    }

    private static UsageDetails Usage(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
        ReasoningTokenCount = usage.OutputTokenDetails?.ReasoningTokenCount,
    };

    private sealed class Call(int index, string id)
    {
        public int Index { get; } = index;

        public string Id { get; } = id;

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
