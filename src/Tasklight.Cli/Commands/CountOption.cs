using System.CommandLine;

namespace Tasklight.Cli.Commands;

/// <summary>An option that is a whole number of at least 1.</summary>
internal static class CountOption
{
    /// <summary>Makes one; 0 when it is not given and <paramref name="fallback"/> is not set.</summary>
    public static Option<int> Of(string name, string description, int fallback = 0)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = fallback > 0 ? _ => fallback : null };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var number) || number < 1))
            {
                result.AddError($"{name} is a whole number of at least 1.");
            }
        });
        return option;
    }
}
