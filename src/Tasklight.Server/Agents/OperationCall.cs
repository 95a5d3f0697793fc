using System.Globalization;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Operations;

namespace Tasklight.Server.Agents;

/// <summary>One call of an HTTP operation.</summary>
sealed class OperationCall(HttpOperation operation, HttpRequestMessage request, TimeSpan limit) : IDisposable
{
    public void Dispose() => request.Dispose();

    /// <summary>What came of it; what failed as a sentence.</summary>
    public async Task<ToolOutcome> MakeAsync(CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(limit);
        try
        {
            return await operation.CallAsync(request, time.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return ToolOutcome.Error(string.Create(CultureInfo.InvariantCulture, $"{request.RequestUri!.Host} did not answer within {limit.TotalSeconds:0.#} s. The call may have taken effect all the same."));
        }
    }
}
