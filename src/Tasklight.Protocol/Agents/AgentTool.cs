using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A tool an agent may call (contract: sdk-http §6.11).</summary>
public sealed record AgentTool : IWireRequest
{
    /// <summary>Its id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its name, as the model sees it.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The HTTP method of its operation.</summary>
    public string Method { get; init => field = value ?? ""; } = "";

    /// <summary>The path or address of its operation.</summary>
    public string Path { get; init => field = value ?? ""; } = "";

    /// <summary>What it does, for people. Left out when null, which breaks the baseline client.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>What it does, for the model; null = <see cref="Description"/>. Left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FunctionDescription { get; init; }

    /// <summary>A JSON schema of its payload, an object. Left out when null, which breaks the baseline client.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Parameters { get; init; }

    /// <summary>Tasklight: the address of an HTTP operation, http or https, with <c>{name}</c> where a value of <c>path_params</c> goes; the runtime and the tool-invocation route call it. Left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>Tasklight: headers of that call. Secret. Left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Tasklight: a person approves each call before it is made. Left out when false.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RequiresApproval { get; init; }

    void IWireRequest.Validate(ICollection<FieldError> errors) => AgentRules.Tool(errors, this);
}
