using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>A handler whose runs a test holds in its hand: each run is announced when it begins and goes on when it is told to.</summary>
sealed class Runs
{
    readonly Channel<Run> _begun = Channel.CreateUnbounded<Run>();
    readonly ConcurrentBag<string> _all = [];

    /// <summary>How many runs began for this task.</summary>
    public int Count(string task) => _all.Count(id => id == task);

    public int Total => _all.Count;

    /// <summary>The next run to begin.</summary>
    public Task<Run> NextAsync() => _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTime();

    public async Task<BaselineTask?> HandleAsync(BaselineTask task, CancellationToken processEnd)
    {
        var run = new Run(task);
        _all.Add(task.Id);
        await _begun.Writer.WriteAsync(run, processEnd);
        await run.Finished.WaitAsync(processEnd);
        return task;
    }

    /// <summary>One run that waits in its handler.</summary>
    public sealed class Run(BaselineTask task)
    {
        readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public BaselineTask Task => task;
        public Task Finished => _finish.Task;

        /// <summary>Lets the handler return this result.</summary>
        public void Finish(string result)
        {
            task.Result = result;
            _finish.TrySetResult();
        }

        /// <summary>Lets the handler raise.</summary>
        public void Fail(string message) => _finish.TrySetException(new InvalidOperationException(message));
    }
}
