using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Api;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Tests.Access;
using Tasklight.Server.Tests.Lifecycle;

namespace Tasklight.Server.Tests.Api;

public sealed class TaskWriterTests
{
    static readonly TaskSecrets Secrets = new(new ReversingBox());
    readonly TaskWriter _writer = new(Secrets);

    [Fact]
    public void A_task_reads_the_same_however_often_it_is_asked_for()
    {
        var task = TaskBuilder.Executing();
        var first = Render(task, withSecrets: false);

        Assert.Equal(JsonSerializer.Serialize(task.Fields, ProtocolJson.Default.AgentTaskFields), first);
        for (var time = 0; time < 3; time++)
        {
            Assert.Equal(first, Render(task, withSecrets: false));
        }
    }

    [Fact]
    public void A_changed_task_is_written_anew()
    {
        var before = TaskBuilder.Executing();
        Render(before, withSecrets: false);
        Render(before, withSecrets: false);

        var after = before.After(TaskBuilder.Save(5, TaskBuilder.Patch(AgentExecutionStatus.Completed, "done")));

        Assert.Contains("\"result\":\"done\"", Render(after, withSecrets: false), StringComparison.Ordinal);
        Assert.Contains("\"result\":null", Render(before, withSecrets: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_written_for_those_who_may_see_them_and_for_nobody_after()
    {
        var (masked, sealedSecrets) = Secrets.Extract(new AgentTaskFields { Id = "task-1", UserOidcToken = "oidc-1" });
        var task = TaskBuilder.Pending() with { Fields = masked, Secrets = sealedSecrets };

        for (var time = 0; time < 3; time++)
        {
            Assert.DoesNotContain("oidc-1", Render(task, withSecrets: false), StringComparison.Ordinal);
            Assert.Contains("oidc-1", Render(task, withSecrets: true), StringComparison.Ordinal);
        }
    }

    string Render(TaskRecord task, bool withSecrets)
    {
        var output = new ArrayBufferWriter<byte>();
        _writer.Render(task, withSecrets, output);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
