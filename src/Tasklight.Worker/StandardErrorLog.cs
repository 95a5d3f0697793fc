using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Tasklight.Worker;

/// <summary>One line an entry on the standard error output, for programs without a host.</summary>
internal sealed class StandardErrorLog : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var time = DateTime.UtcNow.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
            Console.Error.WriteLine($"{time} {Word(logLevel)} {formatter(state, exception)}{(exception is null ? "" : Environment.NewLine + exception)}");
        }
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "fail",
    };
}
