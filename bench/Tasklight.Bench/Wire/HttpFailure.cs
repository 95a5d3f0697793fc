namespace Tasklight.Bench.Wire;

/// <summary>The server answered with a status of 400 or more.</summary>
sealed class HttpFailure(int status, string body) : Exception($"HTTP {status}: {body}")
{
    public int Status => status;
}
