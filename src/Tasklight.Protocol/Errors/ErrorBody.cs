using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// The body of every refusal: <c>{"detail": …, "code": …}</c> (contract: sdk-http §4, rest-v1 §1). The detail is a sentence, or for a 422 the
/// list of what is wrong; the code is left out when null.
/// </summary>
[JsonConverter(typeof(ErrorBodyConverter))]
public sealed record ErrorBody
{
    /// <summary>The sentence; null when <see cref="Fields"/> speak. When read from a list of fields: null.</summary>
    public string? Detail { get; init; }

    /// <summary>What is wrong, field by field; null when <see cref="Detail"/> speaks.</summary>
    public IReadOnlyList<FieldError>? Fields { get; init; }

    /// <summary>One of <see cref="ErrorCodes"/>.</summary>
    public string? Code { get; init; }

    /// <summary>A refusal in one sentence.</summary>
    public static ErrorBody Of(string detail, string? code = null) => new() { Detail = detail, Code = code };

    /// <summary>A refusal of fields.</summary>
    public static ErrorBody Of(IReadOnlyList<FieldError> fields, string? code = ErrorCodes.ValidationFailed) => new() { Fields = fields, Code = code };

    /// <summary>The sentence, or all fields in one line.</summary>
    public override string ToString() => Detail ?? string.Join(" ", Fields ?? []);
}
