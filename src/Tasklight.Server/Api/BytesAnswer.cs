namespace Tasklight.Server.Api;

/// <summary>An answer whose body is JSON that is already there.</summary>
sealed class BytesAnswer(int status, ReadOnlyMemory<byte> json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => Answers.WriteAsync(httpContext, status, json).AsTask();
}
