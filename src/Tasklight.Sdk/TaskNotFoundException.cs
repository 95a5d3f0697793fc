namespace Tasklight.Sdk;

/// <summary>404 for a task: it does not exist, or belongs to another organization.</summary>
public sealed class TaskNotFoundException(string description) : ModuleException(404, description);
