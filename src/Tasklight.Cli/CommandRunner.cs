using System.CommandLine;
using Tasklight.Cli.Definitions;
using Tasklight.Sdk;

namespace Tasklight.Cli;

/// <summary>Gives a command its action, and says what went wrong in a sentence.</summary>
internal sealed class CommandRunner(ConnectionOptions connection, TextWriter text, TextWriter errors)
{
    /// <summary>Sets what the command does.</summary>
    public void Set(Command command, Func<CommandContext, Task<int>> action) => command.SetAction((result, ct) => RunAsync(action, result, ct));

    private async Task<int> RunAsync(Func<CommandContext, Task<int>> action, ParseResult result, CancellationToken ct)
    {
        try
        {
            return await action(new CommandContext(result, connection.Configuration(result), new Output(text, errors, connection.IsJson(result)), ct));
        }
        catch (DefinitionException problem)
        {
            await errors.WriteLineAsync(problem.Message);
            return ExitCodes.Wrong;
        }
        catch (CliException problem)
        {
            await errors.WriteLineAsync(problem.Message);
            return problem.ExitCode;
        }
        catch (ModuleException problem)
        {
            await errors.WriteLineAsync(problem.Description);
            return ExitCodes.Failed;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }
}
