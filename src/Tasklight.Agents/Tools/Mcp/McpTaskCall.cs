using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>
/// A call of a tool that its server runs as a task only (MCP 2025-11-25, <c>execution.taskSupport: required</c>): begun, looked after until it is over, its
/// result fetched. The client package knows nothing of these tasks, so their messages are written here.
/// </summary>
/// <param name="server">The server's name.</param>
/// <param name="ask">Sends a request to the server, over a new connection when the last one has died, and gives its result.</param>
/// <param name="letGo">Begins something that the server must live to see the end of.</param>
internal sealed class McpTaskCall(string server, Func<string, JsonObject, CancellationToken, Task<JsonNode?>> ask, Action<Func<Task>> letGo, TimeProvider clock)
{
    // How long a server may keep a result that nobody fetched. No call may take longer.
    private const long LongestMilliseconds = 24 * 60 * 60 * 1_000;

    // A server that is started anew in the middle is asked again; one that stays away is not waited for.
    private const int MostFailures = 3;

    private static readonly TimeSpan CancelTime = TimeSpan.FromSeconds(5);

    /// <summary>Makes the call and waits for its end. Cancelled, it has the task cancelled.</summary>
    /// <exception cref="McpCallException">The task was begun, and what became of it is not known.</exception>
    public async Task<ToolOutcome> RunAsync(CallToolRequestParams call, CancellationToken ct)
    {
        var begin = JsonSerializer.SerializeToNode(call, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CallToolRequestParams)))!.AsObject();
        begin["task"] = new JsonObject { ["ttl"] = LongestMilliseconds };
        var answer = await ask(RequestMethods.ToolsCall, begin, ct).ConfigureAwait(false);
        if (McpTaskState.Of(answer?["task"]) is not { } task)
        {
            return Outcome(answer);
        }

        var isLetGo = 0;
        using var stopped = ct.Register(LetGo);
        try
        {
            return await EndAsync(task, ct).ConfigureAwait(false);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // What waits hears of a stop before what is registered above, and takes that back as it leaves.
            LetGo();
            throw;
        }

        void LetGo()
        {
            if (Interlocked.Exchange(ref isLetGo, 1) == 0)
            {
                letGo(() => CancelAsync(task.Id));
            }
        }
    }

    private async Task<ToolOutcome> EndAsync(McpTaskState task, CancellationToken ct)
    {
        while (!task.HasResult)
        {
            if (task.WasCancelled)
            {
                return ToolOutcome.Error($"MCP server '{server}' cancelled the call.{Said(task)}");
            }

            if (task.WantsInput)
            {
                await CancelAsync(task.Id).ConfigureAwait(false);
                return ToolOutcome.Error($"MCP server '{server}' wants to ask something in the middle of the call, which cannot be answered here, so the call was cancelled.{Said(task)}");
            }

            await Task.Delay(task.LookAgainAfter, clock, ct).ConfigureAwait(false);
            task = McpTaskState.Of(await AskOfAsync("tasks/get", task, ct).ConfigureAwait(false)) ?? task;
        }

        return Outcome(await AskOfAsync("tasks/result", task, ct).ConfigureAwait(false));
    }

    private async Task<JsonNode?> AskOfAsync(string method, McpTaskState task, CancellationToken ct)
    {
        for (var failures = 0; ; await Task.Delay(task.LookAgainAfter, clock, ct).ConfigureAwait(false))
        {
            try
            {
                return await ask(method, Named(task.Id), ct).ConfigureAwait(false);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested && McpFailures.IsAnswer(exception))
            {
                throw new McpCallException($"MCP server '{server}' failed the call, which it had begun: {exception.Message}{Said(task)}", exception);
            }
            catch (Exception exception) when (!ct.IsCancellationRequested && (exception is LoginRequiredException or McpLoginException || McpFailures.IsExpected(exception)))
            {
                if (exception is LoginRequiredException or McpLoginException || ++failures == MostFailures)
                {
                    throw new McpCallException($"MCP server '{server}' began the call and does not tell what became of it; it may have taken effect all the same. {McpFailures.Reason(exception)}", exception);
                }
            }
        }
    }

    private async Task CancelAsync(string task)
    {
        using var time = new CancellationTokenSource(CancelTime, clock);
        try
        {
            await ask("tasks/cancel", Named(task), time.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is LoginRequiredException or McpLoginException || McpFailures.IsExpected(exception))
        {
            // It is over already, or the server forgets it when its time has come.
        }
    }

    private ToolOutcome Outcome(JsonNode? result)
    {
        try
        {
            return McpResults.Of((CallToolResult?)result.Deserialize(McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CallToolResult))) ?? new());
        }
        catch (Exception exception) when (McpFailures.IsExpected(exception))
        {
            throw new McpCallException($"MCP server '{server}' ended the call with a result that cannot be read; it may have taken effect all the same.", exception);
        }
    }

    private static JsonObject Named(string task) => new() { ["taskId"] = task };

    private static string Said(McpTaskState task) => string.IsNullOrWhiteSpace(task.Message) ? "" : $" It says: {task.Message}";
}
