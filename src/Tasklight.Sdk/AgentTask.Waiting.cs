using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>Waiting for the end.</content>
public sealed partial class AgentTask
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Fetches the task again and again, ever less often but at least every two seconds, until it is completed, failed, stopped or in error.
    /// A paused task is waited for too: somebody has to decide. A server that cannot be reached is waited for, too, up to five minutes.
    /// </summary>
    /// <param name="progress">Told of this object whenever the task was found changed.</param>
    /// <param name="ct">Ends the waiting; the task goes on.</param>
    /// <exception cref="ModuleException">The server refuses to tell of the task, or could not be reached for too long.</exception>
    public async Task<AgentTask> WaitForCompletionAsync(IProgress<AgentTask>? progress = null, CancellationToken ct = default)
    {
        for (var reads = 0; !Status.IsTerminal(); reads++)
        {
            await Task.Delay(PauseAfter(reads), _link.Transport.Clock, ct).ConfigureAwait(false);
            var following = Following(progress);
            await Retry.RunAsync(ct => _link.Transport.SendAsync(following, ct), Retry.Following, _link.Transport.Clock, null, ct).ConfigureAwait(false);
        }

        return this;
    }

    /// <inheritdoc cref="WaitForCompletionAsync"/>
    public AgentTask WaitForCompletion(IProgress<AgentTask>? progress = null, CancellationToken ct = default)
    {
        for (var reads = 0; !Status.IsTerminal(); reads++)
        {
            Retry.Sleep(PauseAfter(reads), _link.Transport.Clock, ct);
            var following = Following(progress);
            Retry.Run(ct => _link.Transport.Send(following, ct), Retry.Following, _link.Transport.Clock, null, ct);
        }

        return this;
    }

    private static TimeSpan PauseAfter(int reads)
    {
        var pause = FirstPause * Math.Pow(1.3, Math.Min(reads, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    private Call<AgentTask> Following(IProgress<AgentTask>? progress)
    {
        var before = (Status, UpdatedAt, InternalStatus, DeepPlanning);
        var reloading = Reloading();
        return (reloading with { Request = reloading.Request.ForRepeating(_link.Transport.Configuration) }).Then(task =>
        {
            if (before != (Status, UpdatedAt, InternalStatus, DeepPlanning))
            {
                progress?.Report(task);
            }

            return task;
        });
    }
}
