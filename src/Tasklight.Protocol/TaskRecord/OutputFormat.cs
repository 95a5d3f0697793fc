using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>The form a task's result is wanted in (contract: task-object §4). On the wire: the lower-case word.</summary>
[JsonConverter(typeof(OutputFormatConverter))]
public enum OutputFormat
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>Markdown.</summary>
    Markdown,

    /// <summary>JSON text, after the output schema when one is given.</summary>
    Json,

    /// <summary>Speech.</summary>
    Voice,
}
