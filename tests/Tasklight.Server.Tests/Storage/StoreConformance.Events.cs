using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Storage;

/// <summary>ReadEvents and Trim.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task Events_are_read_behind_a_number_up_to_a_limit()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Push("a", 1, "one", "two", "three"));
        Assert.Equal([1, 2, 3, 4], (await LogAsync("a")).Select(stored => stored.Sequence));
        Assert.Equal(["\"two\"", "\"three\""], (await LogAsync("a", after: 2)).Select(TextOf));
        Assert.Equal([2, 3], (await LogAsync("a", after: 1, limit: 2)).Select(stored => stored.Sequence));
        Assert.Empty(await LogAsync("a", after: 4));
        Assert.Empty(await LogAsync("a", after: 99));
        Assert.Empty(await LogAsync("unknown"));
    }

    [Fact]
    public async Task Lifecycle_events_can_be_read_alone()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Push("a", 1, "one"));
        await ChangeAsync(Save("a", 2, AgentExecutionStatus.Executing));
        await ChangeAsync(Push("a", 3, "two"));
        await ChangeAsync(Save("a", 4, AgentExecutionStatus.Completed));
        Assert.Equal([1, 3, 5], (await LogAsync("a", lifecycleOnly: true)).Select(stored => stored.Sequence));
        Assert.Equal([3], (await LogAsync("a", after: 1, limit: 1, lifecycleOnly: true)).Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task An_event_comes_back_as_it_was_sent()
    {
        await ChangeAsync(Create("a"));
        var data = "{\"x\":\"\\u0000\"}"u8.ToArray();
        await ChangeAsync(new TaskCommand.Push(Org, "a", At(1), [new EventDraft("made_up", At(1.5), data, EventKind.Pushed)], null));
        // The sender's buffer is used again as soon as the answer is there.
        Array.Clear(data);
        foreach (var reopen in new[] { false, true })
        {
            if (reopen)
                Store.Reopen();
            var stored = Assert.Single(await LogAsync("a", after: 1));
            Assert.Equal(("made_up", At(1.5), EventKind.Pushed, "{\"x\":\"\\u0000\"}"), (stored.Type, stored.Time, stored.Kind, TextOf(stored)));
        }
    }

    [Fact]
    public async Task No_event_is_earlier_than_the_one_before()
    {
        await ChangeAsync(Create("a", 10));
        await ChangeAsync(Push("a", 3, "from a slow clock"));
        Assert.Equal([At(10), At(10)], (await LogAsync("a")).Select(stored => stored.Time));
    }

    [Fact]
    public async Task A_log_longer_than_memory_is_read_from_its_beginning()
    {
        await ChangeAsync(Create("a"));
        for (var n = 0; n < 40; n++)
            await ChangeAsync(Push("a", 1, [.. Enumerable.Range(0, 50).Select(text => $"{n}.{text}")]));
        long after = 0;
        while (await LogAsync("a", after, limit: 300) is { Count: > 0 } page)
        {
            foreach (var stored in page)
                Assert.Equal(++after, stored.Sequence);
        }

        Assert.Equal(2001, after);
    }

    [Fact]
    public async Task Readers_of_a_growing_log_see_every_event_once_and_in_order()
    {
        await ChangeAsync(Create("a"));
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var texts = new List<string>();
            for (long after = 1; after < 2001;)
            {
                foreach (var stored in await LogAsync("a", after, limit: 37))
                {
                    Assert.Equal(++after, stored.Sequence);
                    texts.Add(TextOf(stored));
                }

                await Task.Yield();
            }

            return texts;
        })).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(n => ApplyAsync(Push("a", 1, $"{n}"))));
        foreach (var reader in readers)
            Assert.Equal(2000, (await reader).Distinct().Count());
    }

    [Fact]
    public async Task Chunks_of_tasks_that_ended_long_ago_are_trimmed_and_nothing_else()
    {
        await ChangeAsync(Create("old"));
        await ChangeAsync(Push("old", 1, "one", "two"));
        await ChangeAsync(new TaskCommand.Push(Org, "old", At(1), [new EventDraft(TaskEventTypes.Think, At(1), "{}"u8.ToArray(), EventKind.Pushed)], null));
        await ChangeAsync(Save("old", 2, AgentExecutionStatus.Completed));
        await ChangeAsync(Create("running"));
        await ChangeAsync(Push("running", 1, "one"));
        await ChangeAsync(Create("fresh"));
        await ChangeAsync(Push("fresh", 1, "one"));
        await ChangeAsync(Save("fresh", 100, AgentExecutionStatus.Completed));

        Assert.Equal(1, await Tasks.TrimAsync(At(50), limit: 1));
        Assert.Equal(1, await Tasks.TrimAsync(At(50), limit: 100));
        Assert.Equal(0, await Tasks.TrimAsync(At(50), limit: 100));

        Assert.Equal(["task_created", "think", "task_finished"], (await LogAsync("old")).Select(stored => stored.Type));
        Assert.Equal([1, 4, 5], (await LogAsync("old")).Select(stored => stored.Sequence));
        Assert.Equal(2, (await LogAsync("running")).Count);
        Assert.Equal(3, (await LogAsync("fresh")).Count);
        Assert.Equal(5, (await FindAsync("old"))!.Sequence);
    }
}
