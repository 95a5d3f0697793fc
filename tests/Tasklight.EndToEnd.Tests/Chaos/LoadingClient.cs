using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>One client under load: creates tasks one after the other, pushes to some, renames some, stops some, and remembers what was acknowledged.</summary>
sealed class LoadingClient(RetryingClient http, Uri server, string agent, Random random, string name)
{
    const int WatchedOf = 5;

    readonly List<TaskStory> _stories = [];
    volatile int _acknowledged;

    public IReadOnlyList<TaskStory> Stories => _stories;

    /// <summary>Changes acknowledged so far.</summary>
    public int Acknowledged => _acknowledged;

    public async Task RunAsync(CancellationToken end, CancellationToken cancel)
    {
        while (!end.IsCancellationRequested)
            await OneTaskAsync(cancel);
    }

    async Task OneTaskAsync(CancellationToken cancel)
    {
        var text = $"{(random.Next(8) == 0 ? "over the crash" : "short")} {name}-{_stories.Count}";
        var created = await http.ChangeAsync(
            HttpMethod.Post,
            $"/agent-execution/{agent}",
            new JsonObject { ["input"] = new JsonObject { ["text"] = text } },
            cancel);
        var story = new TaskStory(created["id"]!.GetValue<string>(), text);
        _stories.Add(story);
        _acknowledged++;
        if (_stories.Count % WatchedOf == 0)
            story.Watch = Task.Run(() => new Watcher(server, story.Id).ReadToEndAsync(cancel), cancel);

        for (var i = random.Next(3); i > 0; i--)
            await PushAsync(story, cancel);
        if (random.Next(3) == 0)
            await RenameAsync(story, cancel);
        if (random.Next(6) == 0)
            await StopAsync(story, cancel);
    }

    async Task PushAsync(TaskStory story, CancellationToken cancel)
    {
        var chunk = $"chunk {story.Pushed.Count} of {story.Text}";
        await http.ChangeAsync(
            HttpMethod.Post,
            $"/agent-execution/{story.Id}/events/push",
            new JsonArray(new JsonObject
            {
                ["type"] = "chunk",
                ["task_id"] = story.Id,
                ["organization_id"] = ServerProcess.Organization,
                ["time"] = DateTimeOffset.UtcNow.ToString("O"),
                ["data"] = chunk,
            }),
            cancel);
        story.Pushed.Add(chunk);
        _acknowledged++;
    }

    async Task RenameAsync(TaskStory story, CancellationToken cancel)
    {
        var title = $"title of {story.Text}";
        await http.ChangeAsync(HttpMethod.Patch, $"/agent-execution/{story.Id}/update", new JsonObject { ["title"] = title }, cancel);
        story.Title = title;
        _acknowledged++;
    }

    async Task StopAsync(TaskStory story, CancellationToken cancel)
    {
        var stopped = await http.ChangeAsync(HttpMethod.Delete, $"/agent-execution/{story.Id}", null, cancel);
        story.StoppedAs = stopped["status"]!.GetValue<string>();
        _acknowledged++;
    }
}
