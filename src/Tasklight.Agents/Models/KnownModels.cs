namespace Tasklight.Agents.Models;

/// <summary>What the common models can, by the beginning of their names; the longest beginning wins. An agent's own settings win over it.</summary>
public static class KnownModels
{
    /// <summary>What is assumed of a model that nobody described.</summary>
    public static ModelInfo Unknown { get; } = new(128_000, 8_192, null);

    private static readonly (string Beginning, ModelInfo Info)[] Table =
    [
        ("gpt-3.5", new(16_385, 4_096, false)),
        ("gpt-4", new(8_192, 4_096, false)),
        ("gpt-4-turbo", new(128_000, 4_096, false)),
        ("gpt-4o", new(128_000, 16_384, false)),
        ("gpt-4.1", new(1_047_576, 32_768, false)),
        ("gpt-5", new(400_000, 128_000, true)),
        ("gpt-5-chat", new(128_000, 16_384, false)),
        ("gpt-oss", new(131_072, 32_768, true)),
        ("o1", new(200_000, 100_000, true)),
        ("o3", new(200_000, 100_000, true)),
        ("o4-mini", new(200_000, 100_000, true)),
        ("claude-3", new(200_000, 4_096, false)),
        ("claude-3-haiku", new(200_000, 4_096, false)),
        ("claude-3-5", new(200_000, 8_192, false)),
        ("claude-3-7", new(200_000, 64_000, true) { ThinksByBudget = true }),
        ("claude-haiku-4-5", new(200_000, 32_000, true) { ThinksByBudget = true }),
        ("claude-opus-4", new(200_000, 32_000, true) { ThinksByBudget = true }),
        ("claude-opus-4-6", new(200_000, 32_000, true)),
        ("claude-opus-4-7", new(200_000, 32_000, true)),
        ("claude-opus-4-8", new(200_000, 32_000, true)),
        ("claude-sonnet-4", new(200_000, 32_000, true) { ThinksByBudget = true }),
        ("claude-sonnet-4-6", new(200_000, 32_000, true)),
        ("claude", new(200_000, 32_000, true)),
        ("gemini", new(1_048_576, 8_192, false)),
        ("gemini-2.5", new(1_048_576, 65_536, true)),
        ("gemini-3", new(1_048_576, 65_536, true)),
        ("deepseek", new(128_000, 8_192, null)),
        ("llama3", new(8_192, 4_096, false)),
        ("llama3.1", new(131_072, 8_192, false)),
        ("llama3.2", new(131_072, 8_192, false)),
        ("llama3.3", new(131_072, 8_192, false)),
        ("llama-3.", new(131_072, 8_192, false)),
        ("mistral", new(128_000, 8_192, false)),
        ("mistral-7b", new(32_768, 8_192, false)),
        ("qwen2.5", new(32_768, 8_192, false)),
        ("qwen3", new(40_960, 8_192, true)),
        ("qwen3-coder", new(262_144, 65_536, false)),
    ];

    private static readonly string[] OfOpenAI = ["gpt-3", "gpt-4", "gpt-5", "o1", "o3", "o4"];

    /// <summary>
    /// The beginnings of names that are known of a provider, with what they stand for: of openai and azure, of anthropic, of those who serve open
    /// models (ollama, vllm); all of anybody else.
    /// </summary>
    public static IReadOnlyList<(string Name, ModelInfo Info)> Of(string provider) => [.. Table.Where(row => provider switch
    {
        "openai" or "azure" => IsOf(row.Beginning, OfOpenAI),
        "anthropic" => IsOf(row.Beginning, "claude"),
        "ollama" or "vllm" => !IsOf(row.Beginning, [.. OfOpenAI, "claude", "gemini"]),
        _ => true,
    })];

    /// <summary>What is known of the model; a name behind a vendor (<c>anthropic/claude-sonnet-4</c>) counts without it, and <c>claude-opus-4.6</c> is <c>claude-opus-4-6</c>.</summary>
    public static ModelInfo Find(string name)
    {
        var bare = name[(name.LastIndexOf('/') + 1)..];
        bare = IsOf(bare, "claude") ? bare.Replace('.', '-') : bare;
        return Table
            .Where(row => bare.StartsWith(row.Beginning, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(row => row.Beginning.Length)
            .Select(row => row.Info)
            .FirstOrDefault(Unknown);
    }

    private static bool IsOf(string name, params string[] beginnings) => Array.Exists(beginnings, beginning => name.StartsWith(beginning, StringComparison.Ordinal));
}
