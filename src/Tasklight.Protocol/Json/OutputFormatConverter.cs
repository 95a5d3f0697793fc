namespace Tasklight.Protocol;

internal sealed class OutputFormatConverter() : WireWordConverter<OutputFormat>(Words)
{
    internal static readonly string[] Words = ["text", "markdown", "json", "voice"];
}
