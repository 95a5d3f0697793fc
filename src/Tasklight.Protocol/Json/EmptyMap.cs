using System.Collections.ObjectModel;

namespace Tasklight.Protocol;

internal static class EmptyMap
{
    public static IReadOnlyDictionary<string, string> Instance { get; } = ReadOnlyDictionary<string, string>.Empty;
}
