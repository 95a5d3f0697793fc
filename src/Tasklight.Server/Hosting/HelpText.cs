using System.Reflection;
using System.Text;

namespace Tasklight.Server.Hosting;

/// <summary>What <c>--help</c> and <c>--version</c> print.</summary>
static class HelpText
{
    public static string Version =>
        typeof(HelpText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static string Full()
    {
        var text = new StringBuilder();
        text.Append(CultureInvariant($"""
            Tasklight {Version}, a task platform for AI agents

            Usage: Tasklight.Server [--NAME VALUE]...

            Each setting can be an argument (--limits-create 16MiB), a variable (TASKLIGHT_LIMITS_CREATE=16MiB)
            or a key in tasklight.json ("limits": {"{"} "create": "16MiB" {"}"}). Arguments win over variables, variables over the file.


            """));
        Line(text, "--config FILE", "settings file (tasklight.json in the working directory, when there is one)");
        foreach (var setting in SettingTable.All)
            Line(text, $"{setting.Argument} {setting.Value}", setting.Help);
        foreach (var (shown, help) in ModelOptions.Forms)
            Line(text, shown, help);
        Line(text, "--help", "this text");
        Line(text, "--version", "the version");
        return text.ToString().TrimEnd();
    }

    static void Line(StringBuilder text, string left, string right) => text.Append("  ").Append(left.PadRight(38)).Append(right).Append('\n');

    static string CultureInvariant(FormattableString text) => FormattableString.Invariant(text);
}
