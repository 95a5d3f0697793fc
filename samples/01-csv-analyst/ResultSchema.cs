using System.Text.Json;

namespace CsvAnalyst;

/// <summary>The JSON schema of <see cref="AnalysisResult"/>; who asks sends it along as the task's <c>output_schema</c>.</summary>
internal static class ResultSchema
{
    public static JsonElement Json { get; } = Read();

    private static JsonElement Read()
    {
        using var resource = typeof(ResultSchema).Assembly.GetManifestResourceStream("result.schema.json")!;
        using var document = JsonDocument.Parse(resource);
        return document.RootElement.Clone();
    }
}
