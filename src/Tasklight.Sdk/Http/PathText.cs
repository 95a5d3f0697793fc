using System.Runtime.CompilerServices;

namespace Tasklight.Sdk.Http;

/// <summary>Ids as parts of a path.</summary>
internal static class PathText
{
    /// <summary>The id, escaped.</summary>
    /// <exception cref="ArgumentException">It is null or empty, or a step in the path: the call would go elsewhere.</exception>
    public static string Of(string? id, [CallerArgumentExpression(nameof(id))] string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(id, name);
        return id is "." or ".." ? throw new ArgumentException($"'{id}' is no id.", name) : Uri.EscapeDataString(id);
    }
}
