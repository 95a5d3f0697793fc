namespace Tasklight.Sdk.Http;

/// <summary>
/// How long an answer is not believed that may be somebody else's, in the server's place. What no server of the contract says is never believed. A JSON object
/// may be the server's: while a gateway is replaced it passes within seconds, so what is still said after <see cref="Longest"/> is believed. Otherwise waiting for
/// a task that was deleted would take minutes to fail with a server whose errors have no <c>detail</c>.
/// </summary>
internal sealed class Doubt(TimeProvider clock)
{
    /// <summary>From the first such answer on, when nothing else comes between.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private long? _since;

    /// <summary>True when the failure is not to be believed yet; to be asked of each failure, in order.</summary>
    public bool IsIn(ModuleException failure)
    {
        if (failure.Origin != AnswerOrigin.Unknown)
        {
            _since = null;
            return failure.Origin == AnswerOrigin.SomebodyElse;
        }

        _since ??= clock.GetTimestamp();
        return clock.GetElapsedTime(_since.Value) < Longest;
    }

    /// <summary>The server itself was heard.</summary>
    public void End() => _since = null;
}
