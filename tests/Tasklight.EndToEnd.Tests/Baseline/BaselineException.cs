using System.Net;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The client's one exception: the status of an answer, or 500 for everything it could not make sense of.</summary>
sealed class BaselineException(HttpStatusCode status, string description) : Exception($"{(int)status}: {description}")
{
    public HttpStatusCode Status { get; } = status;
    public string Description { get; } = description;
}
