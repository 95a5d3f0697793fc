namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>What the client's SSE library yields for one blank line.</summary>
sealed record SseEvent(string Event, string Data, string Id);
