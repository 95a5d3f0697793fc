namespace Tasklight.Agents.Models;

/// <summary>The operator's keys and addresses, a provider each.</summary>
/// <param name="variable">Reads a setting by its name.</param>
/// <param name="names">The names of all settings. Default: none, so that no provider is found that is not asked for.</param>
public sealed class ModelSettings(Func<string, string?> variable, Func<IEnumerable<string>>? names = null)
{
    private const string Prefix = "TASKLIGHT_MODELS_";
    private const string AddressSuffix = "_URL";

    /// <summary>Read from the process's environment, each time they are asked for.</summary>
    public static ModelSettings FromEnvironment { get; } = new(Environment.GetEnvironmentVariable, static () => Environment.GetEnvironmentVariables().Keys.Cast<string>());

    /// <summary>The providers whose address is set, in lower case.</summary>
    public IReadOnlyList<string> Providers =>
    [
        .. (names?.Invoke() ?? [])
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(AddressSuffix, StringComparison.Ordinal) && name.Length > Prefix.Length + AddressSuffix.Length && Value(name) is not null)
            .Select(name => name[Prefix.Length..^AddressSuffix.Length].ToLowerInvariant()),
    ];

    /// <summary><c>TASKLIGHT_MODELS_&lt;PROVIDER&gt;_KEY</c>, else <c>OPENAI_API_KEY</c> or <c>ANTHROPIC_API_KEY</c>.</summary>
    public string? KeyOf(string provider) => Value(KeySettingOf(provider)) ?? provider switch
    {
        "openai" => Value("OPENAI_API_KEY"),
        "anthropic" => Value("ANTHROPIC_API_KEY"),
        _ => null,
    };

    /// <summary><c>TASKLIGHT_MODELS_&lt;PROVIDER&gt;_URL</c> as it was written.</summary>
    public string? AddressOf(string provider) => Value(AddressSettingOf(provider));

    /// <summary>The setting to name in a message.</summary>
    public static string KeySettingOf(string provider) => $"{Prefix}{Upper(provider)}_KEY";

    /// <inheritdoc cref="KeySettingOf"/>
    public static string AddressSettingOf(string provider) => $"{Prefix}{Upper(provider)}{AddressSuffix}";

    private static string Upper(string provider) =>
        string.Concat(provider.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));

    private string? Value(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
