using System.Text.Json;
using Tasklight.Agents.Schema;
using Tasklight.Agents.Session;
using Tasklight.Protocol;

namespace Tasklight.Agents.Runtime;

/// <summary>Judges whether an answer is one: not empty, and of the form and schema that are wanted.</summary>
internal sealed class OutputJudge
{
    private const string Fence = "```";

    private readonly bool _isJson;
    private readonly JsonSchema? _schema;

    /// <summary>Makes the judge.</summary>
    /// <exception cref="SchemaException">The schema is none.</exception>
    public OutputJudge(OutputFormat format, JsonElement? schema)
    {
        _isJson = format == OutputFormat.Json;
        _schema = _isJson && schema is { } wanted ? JsonSchema.Parse(wanted) : null;
    }

    /// <summary>What is wrong with the answer; null when nothing.</summary>
    public OutputProblem? Problem(ModelStep answer)
    {
        if (answer.FinishReason == "content_filter" && answer.Text.Length == 0)
        {
            return new("Your answer was withheld by the provider's content filter. Answer in another way.", "The provider's content filter withheld the model's answer.");
        }

        if (string.IsNullOrWhiteSpace(answer.Text))
        {
            return new("Your answer was empty. Answer the request, or call a tool.", "The model gave an empty answer.");
        }

        return _isJson ? JsonProblem(answer) : null;
    }

    /// <summary>The answer as the task's result: JSON without what models put around it.</summary>
    public string ResultOf(string text) => _isJson ? Bare(text) : text;

    private OutputProblem? JsonProblem(ModelStep answer)
    {
        JsonElement value;
        try
        {
            value = JsonElement.Parse(Bare(answer.Text));
        }
        catch (JsonException exception)
        {
            var why = answer.FinishReason == "length" ? "it was cut off because it is too long" : exception.Message;
            return new($"Your answer is not JSON: {why} Answer with the JSON value alone, without any other text.", $"The model's answer is not JSON: {why}");
        }

        if (_schema?.Validate(value) is not { Count: > 0 } violations)
        {
            return null;
        }

        var list = string.Concat(violations.Select(violation => $"\n- {violation}"));
        return new(
            $"Your answer does not fit the schema:{list}\nAnswer again with the whole corrected JSON value alone.",
            $"The model's answer does not fit output_schema:{list}");
    }

    // A fenced block, which models like to put JSON in.
    private static string Bare(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith(Fence, StringComparison.Ordinal) || !trimmed.EndsWith(Fence, StringComparison.Ordinal) || trimmed.Length < 2 * Fence.Length)
        {
            return trimmed;
        }

        var firstLine = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return firstLine < 0 ? trimmed : trimmed[(firstLine + 1)..^Fence.Length].Trim();
    }
}
