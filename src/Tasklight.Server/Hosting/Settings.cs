namespace Tasklight.Server.Hosting;

/// <summary>The options as read, and what was odd but not wrong.</summary>
sealed record Settings(TasklightOptions Options, IReadOnlyList<string> Warnings);
