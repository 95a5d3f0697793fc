using System.Text.Json;

namespace Tasklight.Agents.Session;

/// <summary>What a person decided about a call; written by the server in the commit of the decision.</summary>
internal sealed record ApprovalStep
{
    private const string Approved = "approved";

    /// <summary>The call's id.</summary>
    public string WaitNodeId { get; init => field = value ?? ""; } = "";

    /// <summary>The hash of the tool and the arguments that were decided on.</summary>
    public string? ActionHash { get; init; }

    /// <summary>approved or rejected.</summary>
    public string Verdict { get; init => field = value ?? ""; } = "";

    public string? By { get; init; }

    public string? Reason { get; init; }

    /// <summary>The arguments as the approver changed them; null = as the model wrote them.</summary>
    public JsonElement? Arguments { get; init; }

    public bool IsApproved() => Verdict == Approved;
}
