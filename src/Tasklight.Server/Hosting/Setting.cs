namespace Tasklight.Server.Hosting;

/// <summary>One setting: <c>--limits-create</c>, <c>TASKLIGHT_LIMITS_CREATE</c> and, in the file, <c>limits_create</c> or <c>create</c> under <c>limits</c>.</summary>
/// <param name="Name">The name in kebab case.</param>
/// <param name="Value">What stands for the value in the help.</param>
/// <param name="Help">One line, with the default.</param>
/// <param name="Apply">The options with the value set; throws <see cref="FormatException"/> whose message continues the sentence "… must be".</param>
sealed record Setting(string Name, string Value, string Help, Func<TasklightOptions, string, TasklightOptions> Apply)
{
    public string Argument => "--" + Name;
    public string Variable => VariableOf(Name);

    /// <summary>The variable of a setting by its name in kebab case.</summary>
    public static string VariableOf(string kebab) => SettingsReader.VariablePrefix + kebab.Replace('-', '_').ToUpperInvariant();
}
