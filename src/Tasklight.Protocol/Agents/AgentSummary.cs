using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>An agent in the pages of REST, "minimal agent" (contract: rest-v1 §4).</summary>
public sealed class AgentSummary
{
    /// <summary>Its id.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>What it does.</summary>
    public string? Description { get; set; }

    /// <summary>A picture or a word for one; never null.</summary>
    public string Icon { get; set => field = value ?? AgentFields.DefaultIcon; } = AgentFields.DefaultIcon;

    /// <summary>Whether it takes tasks.</summary>
    public AgentStatus Status { get; set; }

    /// <summary>Its organization.</summary>
    public string OrganizationId { get; set => field = value ?? ""; } = "";

    /// <summary>Where its code runs.</summary>
    public AgentDeploymentType DeploymentType { get; set; }

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>What it is told to be; never null.</summary>
    public AgentInstructions Instructions { get; set => field = value ?? new(); } = new();

    /// <summary>The model's provider.</summary>
    public string ModelProvider { get; set => field = value ?? ""; } = "";

    /// <summary>The address of the provider's API, when it is not the usual one.</summary>
    public string? LlmApiBase { get; set; }

    /// <summary>The model.</summary>
    public string ModelName { get; set => field = value ?? ""; } = "";

    /// <summary>The framework of its code.</summary>
    public AgentFramework Framework { get; set; }

    /// <summary>Always false here.</summary>
    public bool UsingNemo { get; set; }

    /// <summary>Always false here.</summary>
    public bool IsCoordinateMode { get; set; }

    /// <summary>How often it was deployed: new tasks run with what was deployed last. 0 = never.</summary>
    public int Version { get; set; }

    /// <summary>There is a draft that is not deployed.</summary>
    public bool HasPendingChanges { get; set; }
}
