using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>The arguments of tool calls: what a model wrote, read and written again.</summary>
public static class ToolArguments
{
    /// <summary>As the contents' own, on one line.</summary>
    internal static readonly JsonSerializerOptions Json = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    private static readonly JsonDocumentOptions OneOfEachKey = new() { AllowDuplicateProperties = false };

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
        try
        {
            return WriteWhole(call);
        }
        catch (JsonException e)
        {
            // Half of a surrogate pair, say, that a client of others has let through.
            return Quoted(e.Message);
        }
    }

    /// <summary>As <see cref="Write"/>, for those who want to know.</summary>
    /// <exception cref="JsonException">They cannot be written.</exception>
    internal static string WriteWhole(FunctionCallContent call)
    {
        if (call.AdditionalProperties?.TryGetValue(Broken, out var broken) == true)
            return Quoted(broken);

        return call.Arguments is null ? "{}" : JsonSerializer.Serialize(call.Arguments, Json);
    }

    /// <summary>
    /// Reads JSON in which every key is there once and everything is text that can be stored, shown and read back: readers differ in which of two equal keys
    /// they take, and the approver, the hash and the tool must read the same.
    /// </summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static JsonElement Parse(string text)
    {
        try
        {
            var element = JsonElement.Parse(text, OneOfEachKey);
            CheckTexts(element);
            return element;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    private static string Quoted(object? broken) => JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal) { [Broken] = broken }, Json);

    private static void CheckTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var entry in value.EnumerateObject())
                {
                    CheckText(entry.Name);
                    CheckTexts(entry.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    CheckTexts(item);

                break;
            case JsonValueKind.String:
                CheckText(value.GetString()!);
                break;
        }
    }

    private static void CheckText(string text)
    {
        if (text.Contains('\0'))
            throw new JsonException("There is a NUL in the arguments of the tool call.");
    }

    private static Dictionary<string, object?> Parsed(string arguments)
    {
        // Some models write nothing for a tool without parameters.
        var read = Parse(string.IsNullOrWhiteSpace(arguments) ? "{}" : arguments);
        return read.ValueKind == JsonValueKind.Object
            ? read.EnumerateObject().ToDictionary(entry => entry.Name, object? (entry) => entry.Value, StringComparer.Ordinal)
            : throw new JsonException("The arguments of a tool call must be a JSON object.");
    }
}
