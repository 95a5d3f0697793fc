using System.Diagnostics;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Load;

/// <summary>Callers that each hold one connection and repeat one operation, back to back.</summary>
static class Callers
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(900);

    /// <summary>Runs the operations and tells every failure to the tally.</summary>
    /// <returns>The time that all operations took together.</returns>
    public static async Task<TimeSpan> RunAsync(Endpoint endpoint, int callers, int operations, Tally tally, Func<HttpConnection, int, Task> operation)
    {
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(callers, Math.Max(1, operations))).Select(_ => Task.Run(CallAsync)));
        return Stopwatch.GetElapsedTime(start);

        async Task CallAsync()
        {
            using var connection = new HttpConnection(endpoint);
            for (int i; (i = Interlocked.Increment(ref next)) < operations;)
            {
                if (tally.Hopeless || Stopwatch.GetElapsedTime(start) > Longest) return;
                try
                {
                    await operation(connection, i);
                }
                catch (Exception problem)
                {
                    tally.Failed(problem);
                    if (problem is not HttpFailure) connection.Close();
                }
            }
        }
    }
}
