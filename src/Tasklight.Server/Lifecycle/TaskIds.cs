namespace Tasklight.Server.Lifecycle;

/// <summary>Ids of tasks whose creator named none.</summary>
static class TaskIds
{
    /// <summary>A UUID v4, as the contract asks.</summary>
    public static string New() => Guid.NewGuid().ToString();
}
