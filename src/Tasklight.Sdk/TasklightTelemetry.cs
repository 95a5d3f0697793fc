using System.Diagnostics;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>What the client tells to OpenTelemetry: one activity for every call, retries included, named after what is asked.</summary>
public static class TasklightTelemetry
{
    /// <summary>The name to listen to: <c>AddSource(TasklightTelemetry.SourceName)</c>.</summary>
    public const string SourceName = "Tasklight.Sdk";

    private static readonly ActivitySource Source = new(SourceName);

    // "get task 'x'" is named "get task": names without ids can be counted.
    internal static Activity? Start(ApiRequest request) => Source.HasListeners()
        ? Source.StartActivity(request.What.Split('\'')[0].TrimEnd(), ActivityKind.Client)?.SetTag("http.request.method", request.Method.Method)
        : null;

    /// <summary>Notes a failure; false, so that it can be called in an exception filter and the exception goes on untouched.</summary>
    internal static bool Note(Activity? activity, ModuleException exception)
    {
        activity?.SetStatus(ActivityStatusCode.Error)
            .SetTag("http.response.status_code", exception.StatusCode)
            .SetTag("error.type", exception.Code ?? exception.GetType().Name);
        return false;
    }
}
