using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Tasklight.Server.Hosting;

/// <summary>One line an entry: time in UTC, level, the class that speaks, what it says, and the exception if there is one.</summary>
sealed class LineFormatter() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var source = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var failure = logEntry.Exception is null ? "" : $" | {logEntry.Exception}";
        textWriter.Write($"{time} {Word(logEntry.LogLevel)} {source}: {OneLine(text + failure)}\n");
    }

    static string OneLine(string text) => text.ReplaceLineEndings(" | ");

    static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
