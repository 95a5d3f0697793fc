using System.Diagnostics;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>
/// What the client tells to OpenTelemetry: one activity for every call, retries included, and one for every event stream, with its openings,
/// resumptions, breaks and its end as events. They are named after what is asked, without ids.
/// </summary>
public static class TasklightTelemetry
{
    /// <summary>The name to listen to: <c>AddSource(TasklightTelemetry.SourceName)</c>.</summary>
    public const string SourceName = "Tasklight.Sdk";

    private static readonly ActivitySource Source = new(SourceName);

    // "get task 'x'" is named "get task": names without ids can be counted.
    internal static Activity? Start(ApiRequest request) => Source.HasListeners()
        ? Source.StartActivity(request.What.Split('\'')[0].TrimEnd(), ActivityKind.Client)?.SetTag("http.request.method", request.Method.Method)
        : null;

    internal static void Fail(Activity? activity, ModuleException exception) => activity?.SetStatus(ActivityStatusCode.Error)
        .SetTag("http.response.status_code", exception.StatusCode)
        .SetTag("error.type", Kind(exception));

    // The server's word for it, else the deepest cause's name: never a text that may quote a prompt.
    internal static string Kind(ModuleException exception) => exception.Code ?? exception.GetBaseException().GetType().Name;
}
