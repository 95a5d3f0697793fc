using System.Text.Json.Serialization;

namespace Tasklight.Agents.Session;

/// <summary>How steps are written: snake_case, nulls left out. What an older or newer runtime wrote is read as far as it is understood.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 256)]
[JsonSerializable(typeof(TurnStep))]
[JsonSerializable(typeof(ModelStep))]
[JsonSerializable(typeof(ToolStartedStep))]
[JsonSerializable(typeof(ToolResultStep))]
[JsonSerializable(typeof(SummaryStep))]
[JsonSerializable(typeof(NoteStep))]
internal sealed partial class SessionJson : JsonSerializerContext;
