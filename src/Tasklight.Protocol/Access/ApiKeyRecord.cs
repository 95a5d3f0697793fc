using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>An API key as lists show it: everything but the key.</summary>
public record ApiKeyRecord
{
    /// <summary>The record's id.</summary>
    [JsonPropertyOrder(-9)]
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>What people call it.</summary>
    [JsonPropertyOrder(-8)]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The organization it opens.</summary>
    [JsonPropertyOrder(-7)]
    public string OrganizationId { get; init => field = value ?? ""; } = "";

    /// <summary>What it may do: <see cref="ApiScopes"/>. Never null.</summary>
    [JsonPropertyOrder(-6)]
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    /// <summary>The agents it is good for; empty = all. Never null.</summary>
    [JsonPropertyOrder(-5)]
    public IReadOnlyList<string> AgentIds { get; init => field = value ?? []; } = [];

    /// <summary>The key's first characters, to know it by.</summary>
    [JsonPropertyOrder(-4)]
    public string? Prefix { get; init; }

    /// <summary>When it was made.</summary>
    [JsonPropertyOrder(-3)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stops working; null = never.</summary>
    [JsonPropertyOrder(-2)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used.</summary>
    [JsonPropertyOrder(-1)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? LastUsedAt { get; init; }
}
