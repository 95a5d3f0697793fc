namespace Tasklight.Server.Hosting;

/// <summary>What happens when workers of two environments register for one agent.</summary>
enum EnvironmentConflict
{
    /// <summary>Both work.</summary>
    Allow,

    /// <summary>The later one gets <c>worker-environment-conflict</c>.</summary>
    Refuse,
}
