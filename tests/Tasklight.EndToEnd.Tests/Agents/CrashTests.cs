using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>A worker dies at every step of a five-tool task, before the step is stored and after; another one goes on behind the last stored step.</summary>
public sealed class CrashTests(SharedServer server)
{
    private const int Tools = 5;

    // One step for the turn, two for each tool (the model's wish, the tool's result), one for the answer.
    private const int Steps = 1 + (2 * Tools) + 1;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<int, bool> Places => [.. Enumerable.Range(1, Steps).SelectMany(step => new[] { (step, false), (step, true) })];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_run_that_is_cut_off_goes_on_behind_its_last_stored_step(int step, bool isStored)
    {
        var made = new ConcurrentQueue<int>();
        var tools = FunctionTools.Of("count", "Counts.", (int number) =>
        {
            made.Enqueue(number);
            return number * 10;
        });
        await using var scene = await AgentScene.CreateAsync(server);
        using var dying = new DyingWorker(step, isStored);
        using var http = new HttpClient(dying);
        var task = await scene.CreateTaskAsync("Count to five");
        var first = new ScriptedChatClient { Otherwise = Next };
        var second = new ScriptedChatClient { Otherwise = Next };

        var worker = scene.Work(first, tools, http);
        await dying.Died.InTime();
        await worker.LeaveAsync();
        scene.Work(second, tools);
        var ended = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "10 20 30 40 50"), (ended.Status, ended.Result));
        var stored = isStored ? step : step - 1;
        var (models, results) = (stored / 2, (stored - 1) / 2);
        Assert.Equal(Steps / 2 - models, second.Requests.Count);
        // A result that was stored is never computed again; one that was computed and not stored is.
        var cutOff = !isStored && step > 1 && step % 2 == 1;
        Assert.Equal(Tools + (cutOff ? 1 : 0), made.Count);
        Assert.All(made.GroupBy(number => number), numbers => Assert.True(numbers.Count() == 1 || numbers.Key == results + 1));
        var session = await ended.GetSessionAsync(all: true, Ct);
        Assert.Equal(Enumerable.Range(1, Steps), session.Steps.Select(found => found.Number));
        var calls = (await ended.GetActivityLogAsync(Ct)).Messages.OfType<AgentActivityThreadToolCall>().ToList();
        Assert.Equal(Tools, calls.Count);
    }

    private static ScriptedTurn Next(ScriptedRequest request)
    {
        var results = request.Messages.SelectMany(message => message.Contents.OfType<FunctionResultContent>()).Select(result => (string)result.Result!).ToList();
        return results.Count == Tools
            ? new ScriptedTurn().Text(string.Join(' ', results))
            : new ScriptedTurn().Call("count", string.Create(CultureInfo.InvariantCulture, $$"""{"number":{{results.Count + 1}}}"""), "call");
    }
}
