using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A stored file (contract: extensions §4).</summary>
public sealed record FileRecord
{
    /// <summary>Its id.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>The media type.</summary>
    public string ContentType { get; init => field = value ?? ""; } = "";

    /// <summary>A signed link that needs no key.</summary>
    public string Url { get; init => field = value ?? ""; } = "";

    /// <summary>When the link stops working; null = never.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }
}
