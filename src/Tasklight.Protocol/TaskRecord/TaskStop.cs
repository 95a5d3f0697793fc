using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>How a stop went: asked for at once, confirmed by the worker, its run ended (contract: extensions §1).</summary>
public sealed record TaskStop
{
    /// <summary>When the stop was asked for.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>Who asked: the name of a key, or of a part of the platform.</summary>
    public string? By { get; init; }

    /// <summary>When the worker said that the handler was cancelled. Null 30 s after the request means: not confirmed.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When the stopped run gave its slot back.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? EndedAt { get; init; }
}
