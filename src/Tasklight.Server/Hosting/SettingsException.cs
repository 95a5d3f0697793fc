namespace Tasklight.Server.Hosting;

/// <summary>The settings cannot be used; the message lists everything that is wrong, one line each.</summary>
sealed class SettingsException(IReadOnlyList<string> errors)
    : Exception($"""
        Tasklight did not start: {(errors.Count == 1 ? "a setting is" : $"{errors.Count} settings are")} wrong.
          {string.Join("\n  ", errors)}
        All settings: Tasklight.Server --help
        """);
