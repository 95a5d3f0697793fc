namespace Tasklight.Stub;

/// <summary>Thrown among a stream's frames: the connection is cut there.</summary>
internal sealed class StubCutException : Exception;
