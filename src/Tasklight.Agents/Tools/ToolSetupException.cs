using Tasklight.Worker;

namespace Tasklight.Agents.Tools;

/// <summary>A tool is defined in a way that can never work here; the message, a sentence for its reader, is the task's result.</summary>
public sealed class ToolSetupException(string message) : TaskFailedException(message);
