using System.Text.Json;

namespace Tasklight.Sdk;

/// <summary>How a tool call went (contract: sdk-surface §8). A tool that fails is an answer, not an exception.</summary>
public sealed record ToolInvocationResult
{
    /// <summary>The tool.</summary>
    public required string ToolId { get; init; }

    /// <summary>The caller's id of the call.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>The task in which it was called.</summary>
    public string? TaskId { get; init; }

    /// <summary>What was sent, the payload extension included.</summary>
    public JsonElement Payload { get; init; }

    /// <summary>The HTTP status; 200 unless the call failed.</summary>
    public int StatusCode { get; init; } = 200;

    /// <summary>What the tool answered; the reason as a text when it failed.</summary>
    public JsonElement Result { get; init; }

    /// <summary>The call worked.</summary>
    public bool IsSuccess { get; init; }

    /// <summary>The call failed.</summary>
    public bool IsError => !IsSuccess;
}
