namespace Tasklight.Agents.Models;

/// <summary>The operator's keys and addresses, a provider each.</summary>
public sealed class ModelSettings(Func<string, string?> variable)
{
    /// <summary>Read from the process's environment, each time they are asked for.</summary>
    public static ModelSettings FromEnvironment { get; } = new(Environment.GetEnvironmentVariable);

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
    public static string KeySettingOf(string provider) => $"TASKLIGHT_MODELS_{Upper(provider)}_KEY";

    /// <inheritdoc cref="KeySettingOf"/>
    public static string AddressSettingOf(string provider) => $"TASKLIGHT_MODELS_{Upper(provider)}_URL";

    private static string Upper(string provider) =>
        string.Concat(provider.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));

    private string? Value(string name) => variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
