using System.Text.Json;
using Tasklight.Agents.Schema;
using Tasklight.Protocol;

namespace Tasklight.Server.Api;

/// <summary>
/// Whether an <c>output_schema</c> is a JSON Schema, asked where REST takes one. The SDK surface takes any object: programs send other shapes there, such as
/// <c>{"items": "list of items"}</c>, which their own workers understand.
/// </summary>
static class OutputSchema
{
    const string Field = "output_schema";

    /// <summary>Passes null and every JSON Schema.</summary>
    /// <exception cref="ProtocolException">It is an object that is no JSON Schema; the errors name the places in it.</exception>
    public static void Check(JsonElement? schema)
    {
        if (schema is { ValueKind: JsonValueKind.Object } json && JsonSchema.Problems(json) is { Count: > 0 } problems)
            throw new ProtocolException([.. problems.Select(Error)], isMalformed: false);
    }

    static FieldError Error(SchemaViolation problem) => FieldError.InBody(
        FieldErrorTypes.NotAllowed,
        $"Not a JSON Schema: {problem.Message.TrimEnd('.')}.",
        [Field, .. problem.InstancePath.Split('/').Skip(1).Select(static step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
}
