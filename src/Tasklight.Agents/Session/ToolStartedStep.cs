namespace Tasklight.Agents.Session;

/// <summary>Stored before an approved call is made: should its result be missing, nobody knows whether it was made, and it is not made again.</summary>
internal sealed record ToolStartedStep
{
    public string CallId { get; init => field = value ?? ""; } = "";
}
