namespace Tasklight.Server.Lifecycle;

/// <summary>The key that a decision came with. What a caller calls himself is for the record; this is who counts.</summary>
sealed record Decider(string KeyId, string KeyName);
