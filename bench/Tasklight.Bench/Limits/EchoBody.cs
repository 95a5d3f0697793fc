namespace Tasklight.Bench.Limits;

/// <summary>What Kestrel parses and sends back, about 500 bytes.</summary>
sealed record EchoBody(string? Id, string Text, string User, int Number);
