using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>One thing wrong with a request (contract: rest-v1 §1, the shape of a 422).</summary>
public sealed record FieldError
{
    /// <summary>The path: <c>body</c> or <c>query</c> first, then keys (strings) and positions (integers).</summary>
    [JsonConverter(typeof(FieldPathConverter))]
    public IReadOnlyList<object> Loc { get; init => field = value ?? []; } = [];

    /// <summary>One sentence: what was found, what is allowed.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>A stable word, one of <see cref="FieldErrorTypes"/>.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>What was sent, when it is short and no secret; left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Input { get; init; }

    /// <summary>An error at a path below the body.</summary>
    public static FieldError InBody(string type, string msg, params IEnumerable<object> path) => new() { Loc = ["body", .. path], Msg = msg, Type = type };

    /// <summary>An error in a query parameter.</summary>
    public static FieldError InQuery(string type, string msg, string name) => new() { Loc = ["query", name], Msg = msg, Type = type };

    /// <summary>The path and the sentence, for logs and exceptions: <c>body.input.files[0]: Expected a string, found a number.</c></summary>
    public override string ToString() => $"{FieldPath.Text(Loc)}: {Msg}";
}
