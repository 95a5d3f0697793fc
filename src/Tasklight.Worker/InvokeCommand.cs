using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>
/// <c>--invoke --prompt TEXT [--output_format json|markdown|text] [--output_schema JSON] [--agent_id ID]</c> on any worker program: runs one
/// local test task, writes its result, and ends. Other arguments are the program's own.
/// </summary>
internal sealed record InvokeCommand(LocalTaskTest Test, string? AgentId)
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>Null when the arguments ask for no invoke.</summary>
    /// <exception cref="InvokeException">They ask for one that cannot be made.</exception>
    public static InvokeCommand? Parse(IReadOnlyList<string> args)
    {
        if (!args.Contains("--invoke"))
        {
            return null;
        }

        var test = new LocalTaskTest
        {
            Input = new() { Text = Value(args, "prompt") ?? throw new InvokeException(WrongUsage, "--invoke needs --prompt TEXT.") },
            OutputFormat = Format(Value(args, "output_format")),
            OutputSchema = Schema(Value(args, "output_schema")),
        };
        return new InvokeCommand(test, Value(args, "agent_id"));
    }

    /// <summary>Which of several workers is meant: that of the agent named, else the first.</summary>
    /// <exception cref="InvokeException">None is of that agent.</exception>
    public int Choose(IReadOnlyList<string?> agentIds)
    {
        var index = AgentId is null ? 0 : agentIds.ToList().IndexOf(AgentId);
        return index >= 0 ? index : throw new InvokeException(WrongUsage, $"No worker of this program is agent '{AgentId}'; there are: {string.Join(", ", agentIds)}.");
    }

    /// <summary>Runs the test; answers the exit code: 0 when the task was completed.</summary>
    public async Task<int> RunAsync(Func<LocalTaskTest, CancellationToken, Task<AgentTask>> test, TextWriter output, TextWriter error, CancellationToken ct)
    {
        try
        {
            var task = await test(Test, ct).ConfigureAwait(false);
            if (task.Status == AgentExecutionStatus.Completed)
            {
                await output.WriteLineAsync(task.Result).ConfigureAwait(false);
                return 0;
            }

            await error.WriteLineAsync($"Task '{task.Id}' ended as {task.Status.ToWire()}: {task.Result}").ConfigureAwait(false);
        }
        catch (ModuleException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await error.WriteLineAsync("Cancelled.").ConfigureAwait(false);
        }

        return Failed;
    }

    // --name VALUE or --name=VALUE, with an underscore or a hyphen in the name.
    private static string? Value(IReadOnlyList<string> args, string name)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var parts = args[i].Split('=', 2);
            if (parts[0].Replace('-', '_') == "__" + name)
            {
                return parts.Length > 1 ? parts[1] : i + 1 < args.Count ? args[i + 1] : null;
            }
        }

        return null;
    }

    private static OutputFormat? Format(string? word) => word switch
    {
        null => null,
        "json" => OutputFormat.Json,
        "markdown" => OutputFormat.Markdown,
        "text" => OutputFormat.Text,
        _ => throw new InvokeException(WrongUsage, $"--output_format is json, markdown or text, not '{word}'."),
    };

    private static JsonElement? Schema(string? json)
    {
        try
        {
            return json is null ? null : JsonElement.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new InvokeException(Failed, $"--output_schema is not JSON: {exception.Message}");
        }
    }
}
