namespace Tasklight.Protocol;

/// <summary>The wire word of a think mode.</summary>
public static class ThinkModeExtensions
{
    /// <summary>The lower-case word of the contract; a constant, never a new string.</summary>
    public static string ToWire(this ThinkMode mode) => ThinkModeConverter.Words[(int)mode];
}
