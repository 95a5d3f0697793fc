using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Makes the converters of the optional types that requests use; a list, so that nothing needs reflection.</summary>
internal sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => For(typeToConvert);

    private static JsonConverter For(Type optional) => optional switch
    {
        _ when optional == typeof(Optional<AgentAccessScope>) => new OptionalConverter<AgentAccessScope>(),
        _ when optional == typeof(Optional<AgentDeploymentType>) => new OptionalConverter<AgentDeploymentType>(),
        _ when optional == typeof(Optional<AgentFramework>) => new OptionalConverter<AgentFramework>(),
        _ when optional == typeof(Optional<AgentInstructions>) => new OptionalConverter<AgentInstructions>(),
        _ when optional == typeof(Optional<AgentStatus>) => new OptionalConverter<AgentStatus>(),
        _ when optional == typeof(Optional<AgentType?>) => new OptionalConverter<AgentType?>(),
        _ when optional == typeof(Optional<IReadOnlyDictionary<string, string>>) => new OptionalConverter<IReadOnlyDictionary<string, string>>(),
        _ when optional == typeof(Optional<IReadOnlyList<AgentGraphItem>>) => new OptionalConverter<IReadOnlyList<AgentGraphItem>>(),
        _ when optional == typeof(Optional<IReadOnlyList<AgentKnowledgeBase>>) => new OptionalConverter<IReadOnlyList<AgentKnowledgeBase>>(),
        _ when optional == typeof(Optional<IReadOnlyList<AgentSourceNode>>) => new OptionalConverter<IReadOnlyList<AgentSourceNode>>(),
        _ when optional == typeof(Optional<IReadOnlyList<AgentTool>>) => new OptionalConverter<IReadOnlyList<AgentTool>>(),
        _ when optional == typeof(Optional<IReadOnlyList<AgentApprovalRule>>) => new OptionalConverter<IReadOnlyList<AgentApprovalRule>>(),
        _ when optional == typeof(Optional<IReadOnlyList<JsonElement>>) => new OptionalConverter<IReadOnlyList<JsonElement>>(),
        _ when optional == typeof(Optional<IReadOnlyList<string>>) => new OptionalConverter<IReadOnlyList<string>>(),
        _ when optional == typeof(Optional<JsonElement?>) => new OptionalConverter<JsonElement?>(),
        _ when optional == typeof(Optional<LlmCredentials>) => new OptionalConverter<LlmCredentials>(),
        _ when optional == typeof(Optional<TaskBudget>) => new OptionalConverter<TaskBudget>(),
        _ when optional == typeof(Optional<OutputFormat>) => new OptionalConverter<OutputFormat>(),
        _ when optional == typeof(Optional<bool>) => new OptionalConverter<bool>(),
        _ when optional == typeof(Optional<int?>) => new OptionalConverter<int?>(),
        _ when optional == typeof(Optional<string>) => new OptionalConverter<string>(),
        _ => throw new NotSupportedException($"{optional} has no converter; add it to {nameof(OptionalConverterFactory)}."),
    };
}
