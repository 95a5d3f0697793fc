using System.Buffers;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Api;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>One thing to write on a worker stream.</summary>
abstract class WorkerFrame
{
    public abstract void Write(IBufferWriter<byte> output, TaskWriter tasks);

    /// <summary>The first frame of every stream: who the worker is.</summary>
    public sealed class Registration(StoredSession session, DateTimeOffset heardAt, bool isBusy) : WorkerFrame
    {
        public override void Write(IBufferWriter<byte> output, TaskWriter tasks)
        {
            var asset = new DeployedAsset
            {
                Id = session.Id,
                Name = NameOf(session),
                OrganizationId = session.Organization,
                CreatedAt = session.OpenedAt,
                LastHeartbeat = heardAt,
                DedicatedAgentId = session.AgentId,
                IsBusy = isBusy,
            };
            Begin(output, WorkerEventNames.Registration);
            output.Write(AsciiJson.Bytes(asset, ProtocolJson.Default.DeployedAsset));
            End(output);
        }

        /// <summary>The worker's name in lists and logs.</summary>
        public static string NameOf(StoredSession session) => $"worker-{session.Id[..Math.Min(8, session.Id.Length)]}";
    }

    /// <summary>A task to run, its secrets in clear. The frame's id is the lease.</summary>
    public sealed class Execution(TaskRecord task, string lease) : WorkerFrame
    {
        public override void Write(IBufferWriter<byte> output, TaskWriter tasks)
        {
            Begin(output, WorkerEventNames.AgentExecution, lease);
            // Others see the delivery counted when the run begins.
            var shown = task.Fields.Clone();
            shown.Attempt = task.Attempt;
            tasks.Render(task with { Fields = shown }, withSecrets: true, output);
            End(output);
        }
    }

    /// <summary>The worker no longer holds the task: cancel the handler. Baseline workers ignore it.</summary>
    public sealed class TaskStop(string taskId, string lease, string reason) : WorkerFrame
    {
        public override void Write(IBufferWriter<byte> output, TaskWriter tasks)
        {
            Begin(output, WorkerEventNames.TaskStop);
            var signal = new TaskStopSignal { TaskId = taskId, LeaseId = lease, Reason = reason };
            output.Write(AsciiJson.Bytes(signal, ProtocolJson.Default.TaskStopSignal));
            End(output);
        }
    }

    /// <summary>The agent has a worker in another environment; the worker stops listening.</summary>
    public sealed class Conflict(string error) : WorkerFrame
    {
        public override void Write(IBufferWriter<byte> output, TaskWriter tasks)
        {
            Begin(output, WorkerEventNames.EnvironmentConflict);
            var conflict = new WorkerEnvironmentConflict { Id = Guid.NewGuid().ToString(), Error = error };
            output.Write(AsciiJson.Bytes(conflict, ProtocolJson.Default.WorkerEnvironmentConflict));
            End(output);
        }
    }

    /// <summary>A comment: one line, no blank line, so that no parser takes it for an event.</summary>
    public sealed class KeepAlive : WorkerFrame
    {
        public static readonly KeepAlive Instance = new();

        public override void Write(IBufferWriter<byte> output, TaskWriter tasks) => output.Write(": keep-alive\n"u8);
    }

    static void Begin(IBufferWriter<byte> output, string name, string? id = null)
    {
        output.Write("event: "u8);
        Encoding.UTF8.GetBytes(name, output);
        if (id is not null)
        {
            output.Write("\nid: "u8);
            Encoding.UTF8.GetBytes(id, output);
        }

        output.Write("\ndata: "u8);
    }

    static void End(IBufferWriter<byte> output) => output.Write("\n\n"u8);
}
