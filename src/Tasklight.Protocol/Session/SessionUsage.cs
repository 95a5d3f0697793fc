namespace Tasklight.Protocol;

/// <summary>What the steps of one report used.</summary>
public sealed record SessionUsage
{
    /// <summary>The model, as <c>provider/name</c>: the server's setting <c>prices</c> says what it costs. Null when no model was asked.</summary>
    public string? Model { get; init; }

    /// <summary>Tokens the model read, the cached ones included.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Tokens the model wrote.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Tokens of the prompt that came from the provider's cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tool calls that were asked for, told before they are made.</summary>
    public long ToolCalls { get; init; }
}
