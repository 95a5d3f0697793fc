using System.Text.Json;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>What a tool hook is told about a call (contract: sdk-surface §5).</summary>
public sealed record ToolHookContext
{
    /// <summary>The task whose handler calls.</summary>
    public required AgentTask Task { get; init; }

    /// <summary>The tool's name.</summary>
    public required string Tool { get; init; }

    /// <summary>The call's id, the same before and after, and in the task's events.</summary>
    public required string ToolCallId { get; init; }

    /// <summary>What the tool is called with.</summary>
    public required JsonElement Payload { get; init; }

    /// <summary>The object that the task's creator wants merged into every payload; the tool decides what to do with it.</summary>
    public JsonElement? PayloadExtension => Task.PayloadExtension;

    /// <summary>The agent version the task asks for; null for the current one.</summary>
    public string? AgentVersion => Task.AgentVersion;

    /// <summary>What the tool answered; null before, and after a failure.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>What the tool raised; null unless it failed.</summary>
    public Exception? Error { get; init; }
}
