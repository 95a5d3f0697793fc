using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A key for a model provider, given with the agent.</summary>
public sealed record LlmCredentials
{
    /// <summary>The name of the variable, for example <c>OPENAI_API_KEY</c>.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Secret; <see cref="SecretMask.Text"/> where the reader may not see it.</summary>
    public string Value { get; init => field = value ?? ""; } = "";

    /// <summary>For people; left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }
}
