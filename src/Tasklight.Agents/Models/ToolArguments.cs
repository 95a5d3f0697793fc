using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>The arguments of tool calls: what a model wrote, read and written again.</summary>
public static class ToolArguments
{
    /// <summary>As the contents' own, on one line.</summary>
    internal static readonly JsonSerializerOptions Json = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    private const string Broken = "broken_arguments";

    /// <summary>
    /// The call with its arguments. What is not a JSON object is no failure here: <see cref="FunctionCallContent.Exception"/> says what is wrong, so
    /// that the model can be told.
    /// </summary>
    public static FunctionCallContent Read(string callId, string tool, string arguments)
    {
        try
        {
            return new(callId, tool, Parsed(arguments));
        }
        catch (JsonException e)
        {
            return new(callId, tool) { Exception = e, AdditionalProperties = new() { [Broken] = arguments } };
        }
    }

    /// <summary>The arguments as JSON text; of broken ones an object that quotes them, since providers read only objects.</summary>
    public static string Write(FunctionCallContent call)
    {
        if (call.AdditionalProperties?.TryGetValue(Broken, out var broken) == true)
            return JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal) { [Broken] = broken }, Json);

        return call.Arguments is null ? "{}" : JsonSerializer.Serialize(call.Arguments, Json);
    }

    private static Dictionary<string, object?> Parsed(string arguments)
    {
        // Some models write nothing for a tool without parameters.
        using var document = JsonDocument.Parse(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw new JsonException("The arguments of a tool call must be a JSON object.");

        var parsed = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var entry in document.RootElement.EnumerateObject())
            parsed[entry.Name] = entry.Value.Clone();

        return parsed;
    }
}
