using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>List.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task Lists_are_newest_first_and_pages_follow_each_other_without_gap_or_repeat()
    {
        for (var n = 0; n < 25; n++)
            await ChangeAsync(Create($"t{n}", n));
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Tasks.ListAsync(Org, new TaskQuery { Limit = 10, Cursor = cursor });
            seen.AddRange(page.Items.Select(item => item.Id));
            // What is created meanwhile is newer than the cursor and does not shift the pages.
            await ChangeAsync(Create($"new-{seen.Count}", 100));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(n => $"t{n}"), seen);
    }

    [Fact]
    public async Task A_page_that_ends_with_the_list_has_no_next()
    {
        for (var n = 0; n < 4; n++)
            await ChangeAsync(Create($"t{n}", n));
        Assert.NotNull((await Tasks.ListAsync(Org, new TaskQuery { Limit = 3 })).Next);
        Assert.Null((await Tasks.ListAsync(Org, new TaskQuery { Limit = 4 })).Next);
        Assert.Equal(["t1", "t0"], await ListAsync(new TaskQuery { Limit = 2, Offset = 2 }));
        Assert.Empty(await ListAsync(new TaskQuery { Offset = 4 }));
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_read_gives_an_empty_page()
    {
        await ChangeAsync(Create("a"));
        Assert.Empty(await ListAsync(new TaskQuery { Cursor = "nonsense" }));
        Assert.Empty(await ListAsync(new TaskQuery { Cursor = "-1" }));
    }

    [Fact]
    public async Task Every_filter_narrows_the_list()
    {
        await ChangeAsync(Create("plain", 0));
        await ChangeAsync(Create("agent", 10, fields => fields.AgentId = "agent-2"));
        await ChangeAsync(Create("user", 20, fields => ForUser(fields, "ann")));
        await ChangeAsync(Create("child", 30, fields => fields.ParentExecution = "plain"));
        await ChangeAsync(Create("triggered", 40, fields => fields.TriggeringAgentId = "agent-9"));
        await ChangeAsync(Create("done", 50));
        await ChangeAsync(Save("done", 51, AgentExecutionStatus.Completed));
        await ChangeAsync(Create("words", 60));
        await ChangeAsync(new TaskCommand.Save(Org, "words", At(61), new TaskPatch { InternalStatus = "halfway" }, null));

        Assert.Equal(["agent"], await ListAsync(new TaskQuery { AgentId = "agent-2" }));
        Assert.Equal(["user"], await ListAsync(new TaskQuery { UserId = "ann" }));
        Assert.Equal(["child"], await ListAsync(new TaskQuery { ParentTaskId = "plain" }));
        Assert.Equal(["triggered"], await ListAsync(new TaskQuery { TriggeringAgentId = "agent-9" }));
        Assert.Equal(["done"], await ListAsync(new TaskQuery { Status = AgentExecutionStatus.Completed }));
        Assert.Equal(["done"], await ListAsync(new TaskQuery { Status = AgentExecutionStatus.Completed, AgentId = TheAgent }));
        Assert.Equal(["words"], await ListAsync(new TaskQuery { InternalStatus = "halfway" }));
        Assert.Equal(["child", "user"], await ListAsync(new TaskQuery { From = At(20), To = At(30) }));
        Assert.Equal(["words"], await ListAsync(new TaskQuery { From = At(60) }));
        Assert.Equal(["plain"], await ListAsync(new TaskQuery { To = At(9) }));
        Assert.Empty(await ListAsync(new TaskQuery { UserId = "ann", Status = AgentExecutionStatus.Failed }));
    }

    [Fact]
    public async Task Times_are_found_in_a_long_history_with_holes()
    {
        for (var n = 0; n < 60; n++)
            await ChangeAsync(Create($"t{n}", n * 600));
        for (var n = 10; n < 40; n++)
            await ChangeAsync(new TaskCommand.Delete(Org, $"t{n}", At(n)));
        Assert.Equal(["t41", "t40", "t9", "t8"], await ListAsync(new TaskQuery { From = At(8 * 600), To = At(41 * 600) }));
        Assert.Empty(await ListAsync(new TaskQuery { From = At(15 * 600), To = At(35 * 600) }));
        Assert.Empty(await ListAsync(new TaskQuery { From = At(60 * 600) }));
    }

    [Fact]
    public async Task Matches_are_counted_up_to_a_bound()
    {
        for (var n = 0; n < 7; n++)
            await ChangeAsync(Create($"t{n}", n));
        Assert.Equal(0, (await Tasks.ListAsync(Org, new TaskQuery())).Total);
        Assert.Equal(7, (await Tasks.ListAsync(Org, new TaskQuery { Limit = 2, CountUpTo = 100 })).Total);
        Assert.Equal(5, (await Tasks.ListAsync(Org, new TaskQuery { Limit = 2, CountUpTo = 5 })).Total);
    }

    [Fact]
    public async Task An_item_shows_the_task_as_it_is_now()
    {
        await ChangeAsync(Create("parent"));
        await ChangeAsync(Create("a", 1, fields =>
        {
            ForUser(fields, "ann");
            fields.ParentExecution = "parent";
            fields.TriggeringAgentId = "agent-9";
            fields.Title = "Title";
        }));
        await ChangeAsync(Save("a", 2, AgentExecutionStatus.Completed, "42"));
        var item = (await Tasks.ListAsync(Org, new TaskQuery())).Items[0];
        Assert.Equivalent(
            new TasksListItem
            {
                Id = "a",
                AgentId = TheAgent,
                OrganizationId = Org,
                UserId = "ann",
                ParentTaskId = "parent",
                TriggeringAgentId = "agent-9",
                Status = AgentExecutionStatus.Completed,
                CreatedAt = At(1),
                UpdatedAt = At(2),
                SourceNodeType = "sdk",
                Result = "42",
                Title = "Title",
            },
            item,
            strict: true);
    }

    [Fact]
    public async Task A_long_result_is_cut_in_lists()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Save("a", 1, AgentExecutionStatus.Completed, new string('x', 100_000)));
        Assert.Equal(64 * 1024, (await Tasks.ListAsync(Org, new TaskQuery())).Items[0].Result!.Length);
    }
}
