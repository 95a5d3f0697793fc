using System.Globalization;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Hosting;

/// <summary>
/// What models cost, for a million tokens. A key is <c>provider/model</c>; one that ends in <c>*</c> stands for every model that begins like it, and the longest that fits counts.
/// </summary>
sealed record PriceOptions
{
    const decimal Million = 1_000_000;
    const string Shape = """prices such as {"openai/gpt-5*": {"input": 1.25, "output": 10, "cached_input": 0.125}}, for a million tokens""";

    static readonly IReadOnlyDictionary<string, ModelPrice> None = new Dictionary<string, ModelPrice>(StringComparer.Ordinal);

    readonly IReadOnlyDictionary<string, ModelPrice> _models = None;

    public PriceOptions()
    {
    }

    PriceOptions(IReadOnlyDictionary<string, ModelPrice> models) => _models = models;

    /// <summary>Reads the setting's JSON.</summary>
    /// <exception cref="FormatException">It is not of that shape; the message says which.</exception>
    public static PriceOptions Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new(document.RootElement.EnumerateObject().ToDictionary(static model => model.Name, static model => Price(model.Value), StringComparer.Ordinal));
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException or FormatException)
        {
            throw new FormatException(Shape, problem);
        }
    }

    /// <summary>The model's price; null when none is set.</summary>
    public ModelPrice? Find(string model) =>
        _models.TryGetValue(model, out var exact) ? exact
        : _models.Keys.Where(key => key.EndsWith('*') && model.StartsWith(key[..^1], StringComparison.Ordinal)).MaxBy(static key => key.Length) is { } best ? _models[best] : null;

    /// <summary>The task's model as <c>provider/name</c> when it has no price; null when it has one, or the task names none.</summary>
    public string? Unpriced(AgentTaskFields task) => ModelOf(task) is { } model && Find(model) is null ? model : null;

    /// <summary>The task's model as prices name it; null when the task names none.</summary>
    public static string? ModelOf(AgentTaskFields task) => task.LlmModelName is { } name ? $"{task.LlmModelProvider}/{name}" : null;

    /// <summary>What was used, with its cost; tokens of a model without a price are counted apart.</summary>
    public UsageTotals Totals(SessionUsage usage)
    {
        var price = usage.Model is null ? null : Find(usage.Model);
        var cost = price is null ? 0 : ((usage.PromptTokens - usage.CachedTokens) * price.Input) + (usage.CachedTokens * price.CachedInput) + (usage.CompletionTokens * price.Output);
        return new()
        {
            PromptTokens = usage.PromptTokens,
            CompletionTokens = usage.CompletionTokens,
            CachedTokens = usage.CachedTokens,
            ToolCalls = usage.ToolCalls,
            Cost = cost / Million,
            UnpricedTokens = price is null ? usage.PromptTokens + usage.CompletionTokens : 0,
        };
    }

    static ModelPrice Price(JsonElement price)
    {
        var input = Amount(price.GetProperty("input"));
        return new(input, Amount(price.GetProperty("output")), price.TryGetProperty("cached_input", out var cached) ? Amount(cached) : input);
    }

    static decimal Amount(JsonElement number) =>
        number.GetDecimal() is >= 0 and <= 1_000_000 and var amount ? amount : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{number} is no price"));
}
