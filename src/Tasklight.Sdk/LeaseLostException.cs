namespace Tasklight.Sdk;

/// <summary>409 with the code <c>lease_lost</c>: the task is no longer this worker's. Its handler should end; nothing it writes counts.</summary>
public sealed class LeaseLostException(string description) : ModuleException(409, description);
