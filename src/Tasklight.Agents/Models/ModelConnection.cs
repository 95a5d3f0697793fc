namespace Tasklight.Agents.Models;

/// <summary>Where a choice leads to: what its provider, the settings and the choice itself come to.</summary>
/// <param name="Choice">The choice.</param>
/// <param name="Provider">Its provider, in lower case.</param>
/// <param name="Address">Where its API begins.</param>
/// <param name="Key">What is sent as the key; null for none.</param>
/// <param name="IsTrusted">Whether the address is the operator's, or the provider's own, so that it may be private.</param>
internal sealed record ModelConnection(ModelChoice Choice, string Provider, Uri Address, string? Key, bool IsTrusted)
{
    public const string Anthropic = "anthropic";
    public const string Azure = "azure";

    // The providers whose public servers take nobody without a key.
    private static readonly Dictionary<string, string> Homes = new(StringComparer.Ordinal)
    {
        ["openai"] = "https://api.openai.com/v1",
        [Anthropic] = "https://api.anthropic.com",
        ["openrouter"] = "https://openrouter.ai/api/v1",
    };

    private const string Ollama = "http://localhost:11434/v1";

    /// <summary>The provider's own public server.</summary>
    public bool IsHome => Homes.TryGetValue(Provider, out var home) && new Uri(home).Host == Address.Host;

    /// <summary>As in messages: <c>openai/gpt-5</c>.</summary>
    public string Id => Choice.Id;

    /// <summary>Settles address and key.</summary>
    /// <exception cref="ModelException">Something is not set; the message names the setting.</exception>
    public static ModelConnection Of(ModelChoice choice, ModelSettings settings)
    {
        var provider = choice.Provider.Trim().ToLowerInvariant();
        if (provider.Length == 0)
            throw Unset("No model provider is set: give the agent a model_provider, for instance openai.");

        if (string.IsNullOrWhiteSpace(choice.Name))
            throw Unset($"No model of {provider} is set: give the agent a model_name.");

        var set = settings.AddressOf(provider);
        var configured = set ?? (provider == "ollama" ? Ollama : null);
        var operators = configured ?? Homes.GetValueOrDefault(provider);
        var address = Parse(choice.Address?.OriginalString ?? operators ?? throw NoAddress(provider), provider);
        // An agent may name any server; the operator's key goes to the operator's server only.
        var isOperators = operators is not null && Parse(operators, provider).GetLeftPart(UriPartial.Authority) == address.GetLeftPart(UriPartial.Authority);
        var key = choice.Key ?? (isOperators ? settings.KeyOf(provider) : null);
        if (key is null && (provider == Azure || (isOperators && configured is null)))
            throw NoKey(provider);

        // Ollama's usual address is on this machine, where nobody has said that agents may call.
        return new(choice, provider, Based(address, provider), key, IsTrusted: isOperators && (set is not null || Homes.ContainsKey(provider)));
    }

    private static ModelException NoAddress(string provider) => provider is Azure or "vllm"
        ? Unset($"There is no address of {provider}: set {ModelSettings.AddressSettingOf(provider)}, or llm_api_base of the agent.")
        : Unset($"No model provider '{provider}' is known (known are anthropic, azure, ollama, openai, openrouter, vllm); any other one needs the address of a server that speaks the OpenAI API: set {ModelSettings.AddressSettingOf(provider)}, or llm_api_base of the agent.");

    private static ModelException NoKey(string provider)
    {
        var common = provider switch { "openai" => "OPENAI_API_KEY or ", Anthropic => "ANTHROPIC_API_KEY or ", _ => "" };
        return Unset($"There is no key for {provider}: set {common}{ModelSettings.KeySettingOf(provider)}, or llm_credentials of the agent.");
    }

    private static ModelException Unset(string message) => new(ModelFailure.NotConfigured, message);

    private static Uri Parse(string text, string provider) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw Unset($"The address of {provider} is not an http or https URL: look at {ModelSettings.AddressSettingOf(provider)} and at llm_api_base of the agent.");

    // People give the host, the base address, or that of the operation (which is what Azure's portal shows); all mean the base.
    private static Uri Based(Uri address, string provider)
    {
        var path = address.AbsolutePath.TrimEnd('/');
        var operation = provider == Anthropic ? "/messages" : "/chat/completions";
        path = path.EndsWith(operation, StringComparison.Ordinal) ? path[..^operation.Length] : path;
        var wanted = provider switch
        {
            Anthropic => path.EndsWith("/v1", StringComparison.Ordinal) ? path[..^3] : path,
            Azure when path is "" or "/openai" => "/openai/v1",
            _ => path.Length == 0 ? "/v1" : path,
        };
        return new UriBuilder(address) { Path = wanted }.Uri;
    }

    public override string ToString() => Choice.ToString();
}
