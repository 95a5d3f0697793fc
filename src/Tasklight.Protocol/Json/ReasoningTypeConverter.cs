namespace Tasklight.Protocol;

internal sealed class ReasoningTypeConverter() : WireWordConverter<ReasoningType>(Words)
{
    internal static readonly string[] Words = ["think", "analyze"];
}
