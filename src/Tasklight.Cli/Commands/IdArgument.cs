using System.CommandLine;

namespace Tasklight.Cli.Commands;

/// <summary>An argument that is somebody's or something's id: the variable of a script that is not set is none.</summary>
internal static class IdArgument
{
    public static Argument<string> Of(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description, HelpName = name.ToUpperInvariant() };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" or "." or ".." } token])
            {
                result.AddError($"{argument.HelpName}: '{token.Value}' is no id.");
            }
        });
        return argument;
    }
}
