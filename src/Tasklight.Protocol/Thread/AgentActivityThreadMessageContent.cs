namespace Tasklight.Protocol;

/// <summary>Text and files of a message.</summary>
public sealed record AgentActivityThreadMessageContent
{
    /// <summary>The text.</summary>
    public string? Text { get; init; }

    /// <summary>URLs; never null.</summary>
    public IReadOnlyList<string> Files { get; init => field = value ?? []; } = [];
}
