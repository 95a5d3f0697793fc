using System.Runtime.CompilerServices;

namespace Tasklight.Sdk.Http;

/// <summary>Ids as parts of a path.</summary>
internal static class PathText
{
    /// <summary>Whether it can be part of a path and stay there.</summary>
    public static bool IsId(string? text) => text is not (null or "" or "." or "..");

    /// <summary>The id, escaped.</summary>
    /// <exception cref="ArgumentException">It is null or empty, or a step in the path: the call would go elsewhere.</exception>
    public static string Of(string? id, [CallerArgumentExpression(nameof(id))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, name);
        return IsId(id) ? Uri.EscapeDataString(id) : throw new ArgumentException($"'{id}' is no id.", name);
    }
}
