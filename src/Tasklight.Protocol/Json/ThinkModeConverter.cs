namespace Tasklight.Protocol;

internal sealed class ThinkModeConverter() : WireWordConverter<ThinkMode>(Words)
{
    internal static readonly string[] Words = ["default", "harder"];
}
