namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>What happens to one request on its way.</summary>
enum NetworkFault
{
    None,

    /// <summary>The connection is refused.</summary>
    Refused,

    /// <summary>Somebody on the way answers 503.</summary>
    Unavailable,

    /// <summary>The server gets it, the answer is lost.</summary>
    AnswerLost,
}
