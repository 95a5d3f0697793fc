using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// How every type of the wire is read and written: snake_case, nulls included, escaped to ASCII, unknown keys ignored, the last of
/// duplicate keys wins, no comments, no trailing commas (contract: README §3). Bodies of requests are read through <see cref="WireReader"/>.
/// </summary>
// Deeper than WireReader's limit for requests, because answers and events wrap what requests brought.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 256)]
[JsonSerializable(typeof(AgentTaskFields))]
[JsonSerializable(typeof(CreateTaskRequest))]
[JsonSerializable(typeof(InvokeRequest))]
[JsonSerializable(typeof(UpdateTaskRequest))]
[JsonSerializable(typeof(TaskPatch))]
[JsonSerializable(typeof(FieldError))]
public sealed partial class ProtocolJson : JsonSerializerContext;
