namespace Tasklight.Protocol;

internal sealed class ThreadRoleConverter() : WireWordConverter<ThreadRole>(Words)
{
    internal static readonly string[] Words = ["user", "assistant"];
}
