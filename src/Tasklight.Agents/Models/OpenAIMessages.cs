using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Tasklight.Agents.Models;

/// <summary>Messages as the chat completions API has them.</summary>
internal static class OpenAIMessages
{
    public static List<OpenAI.Chat.ChatMessage> Of(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var result = new List<OpenAI.Chat.ChatMessage>();
        if (!string.IsNullOrEmpty(instructions))
            result.Add(new SystemChatMessage(instructions));

        // Only a user's message may show a picture, and the results of one turn must follow each other: pictures come behind all of them.
        var shown = new List<ChatMessageContentPart>();
        foreach (var message in messages)
        {
            if (message.Role != ChatRole.Tool)
                Show(shown, result);

            result.AddRange(Of(message, shown));
        }

        Show(shown, result);
        return result;
    }

    private static void Show(List<ChatMessageContentPart> shown, List<OpenAI.Chat.ChatMessage> result)
    {
        if (shown.Count > 0)
            result.Add(new UserChatMessage([.. shown]));

        shown.Clear();
    }

    private static IEnumerable<OpenAI.Chat.ChatMessage> Of(ChatMessage message, List<ChatMessageContentPart> shown)
    {
        if (message.Role == ChatRole.System)
            return [new SystemChatMessage(message.Text)];

        if (message.Role == ChatRole.Assistant)
            return Assistant(message);

        if (message.Role == ChatRole.Tool)
            return [.. message.Contents.OfType<FunctionResultContent>().Select(result => new ToolChatMessage(result.CallId, Result(result, shown)))];

        var parts = message.Contents.Select(Part).OfType<ChatMessageContentPart>().ToList();
        return parts.Count == 0 ? [] : [new UserChatMessage(parts)];
    }

    private static IEnumerable<OpenAI.Chat.ChatMessage> Assistant(ChatMessage message)
    {
        var calls = message.Contents.OfType<FunctionCallContent>()
            .Select(call => ChatToolCall.CreateFunctionToolCall(call.CallId, call.Name, BinaryData.FromString(ToolArguments.Write(call))))
            .ToList();
        if (calls.Count == 0)
            return message.Text.Length == 0 ? [] : [new AssistantChatMessage(message.Text)];

        var said = new AssistantChatMessage(calls);
        if (message.Text.Length > 0)
            said.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));

        return [said];
    }

    private static ChatMessageContentPart? Part(AIContent content) => content switch
    {
        TextContent text => ChatMessageContentPart.CreateTextPart(text.Text),
        UriContent link => ChatMessageContentPart.CreateImagePart(link.Uri),
        DataContent data when Attachments.IsImage(data.MediaType) => ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(data.Data), data.MediaType),
        DataContent data when Attachments.IsPdf(data.MediaType) =>
            ChatMessageContentPart.CreateFilePart(BinaryData.FromBytes(data.Data), data.MediaType, data.Name ?? "file.pdf"),
        DataContent data => ChatMessageContentPart.CreateInputAudioPart(
            BinaryData.FromBytes(data.Data), data.MediaType.Contains("wav") ? ChatInputAudioFormat.Wav : ChatInputAudioFormat.Mp3),
        _ => null,
    };

    private static string Result(FunctionResultContent result, List<ChatMessageContentPart> shown)
    {
        if (result.Result is null && result.Exception is not null)
            return "Error: " + result.Exception.Message;

        return result.Result switch
        {
            null => "",
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
            JsonElement json => json.GetRawText(),
            AIContent content => Result([content], shown),
            IEnumerable<AIContent> contents => Result(contents, shown),
            var other => JsonSerializer.Serialize(other, ToolArguments.Json),
        };
    }

    private static string Result(IEnumerable<AIContent> contents, List<ChatMessageContentPart> shown)
    {
        var texts = new List<string>();
        foreach (var content in contents.Select(content => Attachments.Readable(content, "")))
        {
            if (content is TextContent text)
                texts.Add(text.Text);
            else if (Part(content) is { } part)
                shown.Add(part);
        }

        return string.Join("\n", texts);
    }
}
