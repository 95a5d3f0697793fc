using System.Text.Json.Serialization;

namespace Tasklight.Agents.Runtime;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(LlmSettings))]
internal sealed partial class LlmSettingsJson : JsonSerializerContext;
