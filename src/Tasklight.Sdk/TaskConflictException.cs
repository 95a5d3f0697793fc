namespace Tasklight.Sdk;

/// <summary>409 for a task: its state does not allow what was asked, for example a new turn while one is open.</summary>
public sealed class TaskConflictException(string description) : ModuleException(409, description);
