using System.CommandLine;
using Tasklight.Cli.Definitions;
using Tasklight.Sdk;

namespace Tasklight.Cli;

/// <summary>Gives a command its action, and says what went wrong in a sentence.</summary>
internal sealed class CommandRunner(ConnectionOptions connection, TextWriter text, TextWriter errors)
{
    /// <summary>A command with what it does, and its arguments and options.</summary>
    public Command Command(string name, string description, Func<CommandContext, Task<int>> action, params Symbol[] parts)
    {
        var command = new Command(name, description);
        foreach (var part in parts)
        {
            if (part is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)part);
            }
        }

        command.SetAction((result, ct) => RunAsync(action, result, ct));
        return command;
    }

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
