namespace Tasklight.Protocol;

internal sealed class ActivityRoleConverter() : WireWordConverter<ActivityRole>(Words)
{
    internal static readonly string[] Words = ["user", "agent"];
}
