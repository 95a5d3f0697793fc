using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>One approval of an action that needs several.</summary>
public sealed record ApprovalGiven
{
    /// <summary>Who, as told; the key's name when nothing was told.</summary>
    public string By { get; init => field = value ?? ""; } = "";

    /// <summary>The id of the key: one key counts once.</summary>
    public string KeyId { get; init => field = value ?? ""; } = "";

    /// <summary>The key's name.</summary>
    public string KeyName { get; init => field = value ?? ""; } = "";

    /// <summary>When.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? At { get; init; }
}
