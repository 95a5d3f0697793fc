using System.Text.Json.Serialization;

namespace CsvAnalyst;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnalysisResult))]
internal sealed partial class ResultJson : JsonSerializerContext;
