using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>The two kinds of reasoning steps.</summary>
[JsonConverter(typeof(ReasoningTypeConverter))]
public enum ReasoningType
{
    /// <summary>Thinking ahead.</summary>
    Think,

    /// <summary>Judging what came of it.</summary>
    Analyze,
}
