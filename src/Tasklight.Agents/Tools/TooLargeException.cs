namespace Tasklight.Agents.Tools;

/// <summary>Somebody else's answer is larger than is read.</summary>
internal sealed class TooLargeException(string message) : IOException(message);
