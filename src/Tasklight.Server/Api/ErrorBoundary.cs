using Microsoft.AspNetCore.Connections;
using Tasklight.Protocol;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>
/// The outermost layer of the pipeline: whatever goes wrong below leaves as JSON with a status and a sentence. What is not foreseen is
/// 500 without details and one log line with them.
/// </summary>
sealed partial class ErrorBoundary(RequestDelegate next, RouteHints hints, IHostApplicationLifetime server, ILogger<ErrorBoundary> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            await ExplainAsync(context);
        }
        catch (Exception failure) when (context.RequestAborted.IsCancellationRequested || failure is ConnectionResetException or ConnectionAbortedException || server.ApplicationStopped.IsCancellationRequested)
        {
            // The client has gone, of which the reading of its request may hear first, and there is nobody to answer; or the server has, which took what the request stood on.
            context.Abort();
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            var answer = AnswerTo(context, failure);
            context.Response.Clear();
            await answer.ExecuteAsync(context);
        }
        catch (Exception failure)
        {
            // Headers are out, so the only honest signal left is a broken connection.
            LogBrokenAnswer(failure, context.Request.Method, context.Request.Path);
            context.Abort();
        }
    }

    IResult AnswerTo(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case RequestRefusedException { Fields.Count: > 0 } refused:
                return Answers.Error(refused.Status, refused.Fields);
            case RequestRefusedException refused:
                return Answers.Error(refused.Status, refused.Code, refused.Message);
            case ProtocolException unreadable:
                return Answers.Unreadable(context, unreadable);
            case BadHttpRequestException bad:
                return Answers.Error(bad.StatusCode, CodeOf(bad), bad.Message);
            case StoreUnavailableException unavailable:
                LogUnavailable(unavailable, context.Request.Method, context.Request.Path);
                return Answers.Error(StatusCodes.Status503ServiceUnavailable, ErrorCodes.Unavailable, unavailable.Message);
            default:
                LogFailure(failure, context.Request.Method, context.Request.Path);
                return Answers.Error(StatusCodes.Status500InternalServerError, ErrorCodes.Internal, "The server failed to serve this request; its log has the reason.");
        }
    }

    static string CodeOf(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status408RequestTimeout => ErrorCodes.TimedOut,
        StatusCodes.Status413PayloadTooLarge => ErrorCodes.TooLarge,
        _ => ErrorCodes.MalformedJson,
    };

    /// <summary>Routing answers an unknown path or method with a bare status: say which route was probably meant.</summary>
    async Task ExplainAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.ContentLength is not null || response.ContentType is not null)
        {
            return;
        }

        if (response.StatusCode == StatusCodes.Status404NotFound && context.GetEndpoint() is null)
        {
            await Answers.Error(response.StatusCode, ErrorCodes.NotFound, hints.Unknown(context.Request)).ExecuteAsync(context);
        }
        else if (response.StatusCode == StatusCodes.Status405MethodNotAllowed && context.GetEndpoint() is not RouteEndpoint)
        {
            await Answers.Error(response.StatusCode, ErrorCodes.MethodNotAllowed, RouteHints.WrongMethod(context)).ExecuteAsync(context);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    partial void LogFailure(Exception failure, string method, string path);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed after the answer had begun; the connection was cut")]
    partial void LogBrokenAnswer(Exception failure, string method, string path);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path}: the store is not available")]
    partial void LogUnavailable(Exception failure, string method, string path);
}
