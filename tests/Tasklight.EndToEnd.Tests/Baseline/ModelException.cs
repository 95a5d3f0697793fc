namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>JSON that the client's own models do not take.</summary>
sealed class ModelException(string message) : Exception(message);
