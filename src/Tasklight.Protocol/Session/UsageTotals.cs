namespace Tasklight.Protocol;

/// <summary>Sums of what was used.</summary>
public record UsageTotals
{
    /// <summary>Tokens models read, the cached ones included.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens models wrote.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Tokens of prompts that came from a provider's cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tool calls that were asked for.</summary>
    public long ToolCalls { get; init; }

    /// <summary>What the tokens cost, in the currency of the server's setting <c>prices</c>; models without a price count as 0.</summary>
    public decimal Cost { get; init; }

    /// <summary>Tokens of models that have no price, which <see cref="Cost"/> therefore leaves out.</summary>
    public long UnpricedTokens { get; init; }
}
