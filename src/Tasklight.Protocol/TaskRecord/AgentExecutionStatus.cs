using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Where a task is in its life. On the wire: the lower-case word (contract: task-object §2).</summary>
[JsonConverter(typeof(AgentExecutionStatusConverter))]
public enum AgentExecutionStatus
{
    /// <summary>Created, or put back; no worker has taken it. The default.</summary>
    Pending,

    /// <summary>A worker runs it.</summary>
    Executing,

    /// <summary>Waits for a person: an approval, a login, a planning question.</summary>
    Paused,

    /// <summary>Done. Terminal.</summary>
    Completed,

    /// <summary>The handler raised, or the attempts or the run time are used up. Terminal.</summary>
    Error,

    /// <summary>Did not succeed, said by the handler or by the platform. Terminal.</summary>
    Failed,

    /// <summary>Ended by hand. Terminal.</summary>
    Stopped,
}
