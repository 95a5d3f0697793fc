using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using Tasklight.Agents.Session;

namespace Tasklight.Agents.Models;

/// <summary>Options as the chat completions API has them.</summary>
internal static class OpenAIOptions
{
    // Azure refuses a request with a longer description of a tool; OpenAI did.
    private const int LongestOfAzure = 1_024;

    public static ChatCompletionOptions Of(ChatOptions? options, ModelConnection connection)
    {
        var result = new ChatCompletionOptions();
        if (options is null)
            return result;

        result.Temperature = options.Temperature;
        result.TopP = options.TopP;
        result.FrequencyPenalty = options.FrequencyPenalty;
        result.PresencePenalty = options.PresencePenalty;
        result.Seed = options.Seed;
        foreach (var stop in options.StopSequences ?? [])
            result.StopSequences.Add(stop);

        Limit(result, options.MaxOutputTokens, connection.Provider);
        result.ReasoningEffortLevel = Effort(options.Reasoning?.Effort, connection.Choice.Name);
        result.ResponseFormat = Format(options.ResponseFormat);
        Tools(result, options, connection.Provider);
        return result;
    }

    // The newer name is OpenAI's; everybody understands the older one.
    private static void Limit(ChatCompletionOptions result, int? most, string provider)
    {
        if (most is null)
            return;

        if (provider is "openai" or ModelConnection.Azure)
            result.MaxOutputTokenCount = most;
        else
            result.Patch.Set("$.max_tokens"u8, most.Value);
    }

    private static ChatReasoningEffortLevel? Effort(ReasoningEffort? effort, string model)
    {
        var hasAllLevels = model[(model.LastIndexOf('/') + 1)..].StartsWith("gpt-5.", StringComparison.OrdinalIgnoreCase);
        var level = effort switch
        {
            ReasoningEffort.None => hasAllLevels ? "none" : "low",
            ReasoningEffort.Low => "low",
            ReasoningEffort.Medium => "medium",
            ReasoningEffort.High => "high",
            ReasoningEffort.ExtraHigh => hasAllLevels ? "xhigh" : "high",
            _ => null,
        };
        return level is null ? default(ChatReasoningEffortLevel?) : new ChatReasoningEffortLevel(level);
    }

    // A hint: the caller checks the answer anyway. Providers take only objects at the top.
    private static OpenAI.Chat.ChatResponseFormat? Format(Microsoft.Extensions.AI.ChatResponseFormat? format)
    {
        if (format is not ChatResponseFormatJson json)
            return null;

        if (json.Schema is not { } schema)
            return OpenAI.Chat.ChatResponseFormat.CreateJsonObjectFormat();

        var isObject = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueEquals("object");
        return isObject
            ? OpenAI.Chat.ChatResponseFormat.CreateJsonSchemaFormat(json.SchemaName ?? "answer", BinaryData.FromString(schema.GetRawText()), json.SchemaDescription, jsonSchemaIsStrict: false)
            : null;
    }

    private static void Tools(ChatCompletionOptions result, ChatOptions options, string provider)
    {
        var longest = provider == ModelConnection.Azure ? LongestOfAzure : int.MaxValue;
        foreach (var tool in (options.Tools ?? []).OfType<AIFunctionDeclaration>())
            result.Tools.Add(ChatTool.CreateFunctionTool(tool.Name, ToolResultText.Cut(tool.Description, longest), BinaryData.FromString(tool.JsonSchema.GetRawText())));

        // Both are refused where there is no tool.
        if (result.Tools.Count == 0)
            return;

        result.AllowParallelToolCalls = options.AllowMultipleToolCalls;
        result.ToolChoice = options.ToolMode switch
        {
            NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
            RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
            RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
            AutoChatToolMode => ChatToolChoice.CreateAutoChoice(),
            _ => null,
        };
    }
}
