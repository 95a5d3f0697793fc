namespace Tasklight.Protocol;

/// <summary>The wire word of an output format.</summary>
public static class OutputFormatExtensions
{
    /// <summary>The lower-case word of the contract; a constant, never a new string.</summary>
    public static string ToWire(this OutputFormat format) => OutputFormatConverter.Words[(int)format];
}
