using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

/// <summary>Tasks under each other, changed by the machine with all follow-ups, as a store does it.</summary>
sealed class TaskForest
{
    readonly Dictionary<string, TaskRecord> _tasks = [];

    public TaskRecord this[string id] => _tasks[id];

    public IEnumerable<TaskRecord> Tasks => _tasks.Values;

    /// <summary>Tasks that the last command changed.</summary>
    public int Changed { get; private set; }

    public static TaskCommand Create(string id, double at, string? parent = null, Action<AgentTaskFields>? with = null) => new TaskCommand.Create(Org, id, At(at), Turn(fields =>
    {
        (fields.Id, fields.ParentExecution) = (id, parent);
        with?.Invoke(fields);
    }));

    public static TaskCommand Save(string id, double at, AgentExecutionStatus status) => new TaskCommand.Save(Org, id, At(at), Patch(status), null);

    public static TaskCommand Stop(string id, double at) => new TaskCommand.Stop(Org, id, At(at), "tester");

    public static TaskCommand Use(string id, double at, int tokens) => new TaskCommand.AddUsage(Org, id, At(at), new UsageTotals { PromptTokens = tokens });

    /// <summary>Carries the command out with all that follows; false when it was refused.</summary>
    public bool Apply(TaskCommand command)
    {
        Changed = 0;
        var seen = new HashSet<TaskCommand>();
        var waiting = new Stack<TaskCommand>([command]);
        var isDone = false;
        while (waiting.TryPop(out var next))
        {
            if (!seen.Add(next) || TaskMachine.Decide(_tasks.GetValueOrDefault(next.TaskId), next) is not TaskDecision.Change change)
                continue;
            isDone |= next == command;
            Changed += change.IsDeletion || change.Task != _tasks.GetValueOrDefault(next.TaskId) ? 1 : 0;
            if (change.IsDeletion)
                _tasks.Remove(next.TaskId);
            else
                _tasks[next.TaskId] = change.Task;
            foreach (var following in change.FollowUps.Reverse())
                waiting.Push(following);
        }

        return isDone;
    }

    public IEnumerable<TaskRecord> Below(string id) => Tasks.Where(task => IsBelow(task, id));

    bool IsBelow(TaskRecord task, string id) =>
        task.Fields.ParentExecution is { } parent && (parent == id || (_tasks.TryGetValue(parent, out var above) && IsBelow(above, id)));
}
