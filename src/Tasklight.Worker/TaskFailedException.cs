namespace Tasklight.Worker;

/// <summary>
/// Raised by a handler to end its task in <c>error</c> for a reason that its reader understands (something is not configured, a provider refuses), not
/// for a mistake in the handler: the message is the task's result, and the log says it in one line, without a stack trace.
/// </summary>
/// <param name="message">The task's result: a sentence without secrets.</param>
/// <param name="inner">What it came from; not logged.</param>
public class TaskFailedException(string message, Exception? inner = null) : Exception(message, inner);
