using System.Text;
using Microsoft.Extensions.Logging;
using Tasklight.Worker;

namespace Tasklight.Bench.Load;

/// <summary>A worker's log, of which only the ends of tasks are written down: one id a line, many lines a write.</summary>
sealed class EndedTasks(Stream output) : ILogger<AgentWorker>, IDisposable
{
    const string Ended = nameof(Ended);

    readonly Lock _lock = new();
    readonly StringBuilder _lines = new();
    bool _isWriting;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == Ended && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            Say((string)values[0].Value!);
        else if (logLevel >= LogLevel.Warning)
            Console.Error.WriteLine(formatter(state, exception));
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            _lines.Append(line).Append('\n');
            if (_isWriting) return;
            _isWriting = true;
        }

        _ = Task.Run(Write);
    }

    public void Dispose() => output.Dispose();

    void Write()
    {
        while (true)
        {
            byte[] lines;
            lock (_lock)
            {
                if (_lines.Length == 0)
                {
                    _isWriting = false;
                    return;
                }

                lines = Encoding.ASCII.GetBytes(_lines.ToString());
                _lines.Clear();
            }

            output.Write(lines);
            output.Flush();
        }
    }
}
