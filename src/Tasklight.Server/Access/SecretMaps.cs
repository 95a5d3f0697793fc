using Tasklight.Protocol;

namespace Tasklight.Server.Access;

/// <summary>Maps whose values are secrets while their names are not: headers, environment variables. An empty value is none.</summary>
static class SecretMaps
{
    /// <summary>True when a value is a new secret: neither empty nor the mask.</summary>
    public static bool HasSecret(IReadOnlyDictionary<string, string> map) => map.Count > 0 && map.Values.Any(IsSecret);

    /// <summary>The map with the mask in the place of each secret; the same map when there is none.</summary>
    public static IReadOnlyDictionary<string, string> Mask(IReadOnlyDictionary<string, string> map) =>
        HasSecret(map) ? map.ToDictionary(static pair => pair.Key, static pair => IsSecret(pair.Value) ? SecretMask.Text : pair.Value, StringComparer.Ordinal) : map;

    /// <summary>The secrets of a map: those it brings, and what was kept of those that it masks; null when there are none.</summary>
    public static IReadOnlyDictionary<string, string>? Secrets(IReadOnlyDictionary<string, string> map, IReadOnlyDictionary<string, string>? kept)
    {
        Dictionary<string, string>? secrets = null;
        foreach (var (name, value) in map)
        {
            if ((IsSecret(value) ? value : value.Length == 0 ? null : kept?.GetValueOrDefault(name)) is { } secret)
            {
                (secrets ??= new(StringComparer.Ordinal))[name] = secret;
            }
        }

        return secrets;
    }

    /// <summary>The map with each masked value in clear, as far as it is known.</summary>
    public static IReadOnlyDictionary<string, string> Unmask(IReadOnlyDictionary<string, string> map, IReadOnlyDictionary<string, string>? secrets) => secrets is null
        ? map
        : map.ToDictionary(static pair => pair.Key, pair => pair.Value == SecretMask.Text ? secrets.GetValueOrDefault(pair.Key, pair.Value) : pair.Value, StringComparer.Ordinal);

    static bool IsSecret(string value) => value.Length > 0 && value != SecretMask.Text;
}
