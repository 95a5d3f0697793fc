using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>An agent in the list of the SDK surface (contract: sdk-http §6.10).</summary>
public class AgentsListItem
{
    /// <summary>Its id.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>A picture or a word for one; never null.</summary>
    public string Icon { get; set => field = value ?? AgentFields.DefaultIcon; } = AgentFields.DefaultIcon;

    /// <summary>What it is told to be; never null.</summary>
    public AgentInstructions Instructions { get; set => field = value ?? new(); } = new();

    /// <summary>Whether it takes tasks.</summary>
    public AgentStatus Status { get; set; }

    /// <summary>Its organization.</summary>
    public string OrganizationId { get; set => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>What it does.</summary>
    public string? Description { get; set; }

    /// <summary>Who sees it.</summary>
    public AgentAccessScope AccessScope { get; set; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>What kind it is.</summary>
    public AgentType? Type { get; set; }
}
