using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Tasklight.Agents.Models;

namespace Tasklight.Server.Hosting;

/// <summary>Keys and addresses of model providers: settings for providers of any name. What is not set here is taken from the environment.</summary>
sealed partial record ModelOptions
{
    /// <summary>What settings of this group begin with.</summary>
    public const string Prefix = "models-";

    /// <summary>How they are shown in the help.</summary>
    public static readonly IReadOnlyList<(string Shown, string Help)> Forms =
    [
        ("--models-PROVIDER-key KEY", "key of a model provider: openai, anthropic, azure, … (OPENAI_API_KEY, ANTHROPIC_API_KEY)"),
        ("--models-PROVIDER-url URL", "address of a provider that speaks OpenAI's API, may be a private one (the provider's own)"),
    ];

    /// <summary>Values by the name of their variable.</summary>
    public ImmutableDictionary<string, string> Values { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The setting of a provider; null when the name is none.</summary>
    public static Setting? Find(string kebab) => Name().Match(kebab) is { Success: true } match
        ? new Setting(kebab, "", "", (options, value) => options with { Models = options.Models.With(kebab, match.Groups["what"].Value == "url" ? SettingValue.Url(value) : SettingValue.Text(value)) })
        : null;

    /// <summary>What the runtime reads.</summary>
    public ModelSettings Settings() => new(
        name => Values.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name),
        () => Environment.GetEnvironmentVariables().Keys.Cast<string>().Union(Values.Keys, StringComparer.Ordinal));

    ModelOptions With(string kebab, string value) => new() { Values = Values.SetItem(Setting.VariableOf(kebab), value) };

    [GeneratedRegex("^models-[a-z0-9]+(?:-[a-z0-9]+)*-(?<what>key|url)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Name();
}
