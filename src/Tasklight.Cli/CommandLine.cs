using System.CommandLine;
using System.CommandLine.Invocation;
using Tasklight.Cli.Commands;

namespace Tasklight.Cli;

/// <summary>The whole command line.</summary>
internal static class CommandLine
{
    // Longer than a worker takes to leave.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(20);

    /// <summary>Runs a command; see <see cref="ExitCodes"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter text, TextWriter errors, CancellationToken ct = default)
    {
        var result = Root(text, errors).Parse(args);
        var code = await result.InvokeAsync(new InvocationConfiguration { Output = text, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeToEnd }, ct);
        return result.Action is ParseErrorAction ? ExitCodes.Wrong : code;
    }

    private static RootCommand Root(TextWriter text, TextWriter errors)
    {
        var connection = new ConnectionOptions();
        var root = new RootCommand(
            """
            Tasklight: define agents, run workers, and create, watch and decide on tasks.

            The server and the key come from --url and --key, or from TASKLIGHT_BASE_URL (http://127.0.0.1:8600 unless set) and TASKLIGHT_API_KEY.
            Exit codes: 0 done, 1 refused or unreachable, 2 wrong usage or definition, 3 the watched task did not complete, 4 it waits for a person, 130 interrupted.
            """);
        connection.AddTo(root);
        var runner = new CommandRunner(connection, text, errors);
        root.Add(AgentsCommand.Make(runner));
        root.Add(TasksCommand.Make(runner));
        root.Add(WorkerCommand.Make(runner));
        return root;
    }
}
