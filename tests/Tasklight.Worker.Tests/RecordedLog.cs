using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tasklight.Worker.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class RecordedLog : ILogger<AgentWorker>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Exception)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Text, Exception? Exception)> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception), exception));
}
