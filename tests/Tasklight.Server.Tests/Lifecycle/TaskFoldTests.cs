using System.Buffers;
using System.Text;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using static Tasklight.Server.Tests.Lifecycle.TaskBuilder;

namespace Tasklight.Server.Tests.Lifecycle;

public sealed class TaskFoldTests
{
    [Fact]
    public void Folding_the_events_gives_what_a_get_answers()
    {
        var (task, fold) = (Pending(), new TaskFold());
        fold.Apply(TaskFieldDiff.All(task.Created));
        foreach (var command in new[] { Offer(1), Save(2, Patch(AgentExecutionStatus.Executing)), Save(3, new TaskPatch { Title = "\u2028 caf\u00e9" }), Stop(4) })
        {
            var change = task.Changed(command);
            foreach (var e in change.Events.Where(e => e.Kind == EventKind.Lifecycle))
                fold.Apply(e.Data);
            task = change.Task;
            Assert.Equal(JsonSerializer.Serialize(task.Fields, ProtocolJson.Default.AgentTaskFields), Rendered(fold));
        }
    }

    [Fact]
    public void A_new_tasks_event_leaves_out_what_is_as_by_default_and_folds_to_all_of_it()
    {
        foreach (var task in new[] { Pending(), Pending(f => (f.Title, f.RunLocally, f.UsedTools) = ("", true, ["t"])) })
        {
            var created = TaskFieldDiff.NotDefault(task.Created);
            Assert.True(created.Length * 2 < TaskFieldDiff.All(task.Created).Length);
            var fold = new TaskFold();
            fold.Apply(TaskFieldDiff.All(Ended(AgentExecutionStatus.Completed).Fields));
            fold.Clear();
            fold.Apply(created);
            Assert.Equal(JsonSerializer.Serialize(task.Created, ProtocolJson.Default.AgentTaskFields), Rendered(fold));
        }
    }

    [Fact]
    public void A_large_prompt_is_in_one_event_only()
    {
        var task = Pending(f => f.Input = new AgentExecutionInput { Text = new string('x', 100_000) });
        var saves = new[] { Offer(1), Save(2, Patch(AgentExecutionStatus.Executing)), Save(3, Patch(AgentExecutionStatus.Completed, "ok")) };
        foreach (var command in saves)
        {
            var change = task.Changed(command);
            Assert.All(change.Events, e => Assert.True(e.Data.Length < 1000));
            task = change.Task;
        }
    }

    [Fact]
    public void Sub_tasks_that_come_end_and_go_on_fold_to_their_lists_and_each_is_told_alone()
    {
        var (task, fold) = (Pending(), new TaskFold());
        fold.Apply(TaskFieldDiff.NotDefault(task.Created));
        string[] children = [.. Enumerable.Range(0, 50).Select(n => $"\u00fc \"{n}\"")];
        TaskCommand[] commands =
        [
            .. children.Select(id => new TaskCommand.AddChild(task.Organization, task.Id, task.Fields.CreatedAt, id, "{}"u8.ToArray())),
            .. children.Select(id => Finish(id, finished: true)),
            .. children[..10].Select(id => Finish(id, finished: false)),
            Finish(children[3], finished: true),
        ];
        foreach (var command in commands)
        {
            var change = task.Changed(command);
            var told = Assert.Single(change.Events, e => e.Kind == EventKind.Lifecycle);
            Assert.True(told.Data.Length < 150);
            fold.Apply(told.Data);
            task = change.Task;
            var folded = JsonSerializer.Deserialize(Rendered(fold), ProtocolJson.Default.AgentTaskFields)!;
            Assert.False(TaskFieldDiff.Differs(task.Fields, folded));
        }

        Assert.Equal([.. children[10..], children[3]], task.Fields.FinishedSubExecutions);
        TaskCommand Finish(string id, bool finished) => new TaskCommand.FinishChild(task.Organization, task.Id, task.Fields.CreatedAt, id, finished, OpenBelow: false);
    }

    [Fact]
    public void Every_key_of_a_task_is_compared_and_written()
    {
        var keys = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(new AgentTaskFields { StopDetails = new TaskStop(), Budget = new TaskBudget { MaxTokens = 9 }, Usage = new TaskUsage() }, ProtocolJson.Default.AgentTaskFields))
            .RootElement.EnumerateObject().Select(p => p.Name);
        Assert.Equal(keys, TaskField.All.Select(f => f.Name));
    }

    static string Rendered(TaskFold fold)
    {
        var buffer = new ArrayBufferWriter<byte>();
        fold.Render(buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
