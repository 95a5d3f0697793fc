namespace Tasklight.Server.Api;

/// <summary>
/// Headers that keep a browser from doing more with our pages and files than showing them: pages run only scripts and styles of this
/// server, files that people uploaded run nothing at all.
/// </summary>
sealed class SecurityHeaders(RequestDelegate next)
{
    const string ForPages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    const string ForWords = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    const string ForFiles = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        if (Policy(context.Request.Path) is { } policy)
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        }

        return next(context);
    }

    static string? Policy(PathString path) =>
        path.StartsWithSegments("/docs") || path.StartsWithSegments("/dashboard") || path == "/" ? ForPages
        : path.StartsWithSegments("/v1/files") ? ForFiles
        : path.StartsWithSegments(Logins.LoginAsk.CallbackPath) ? ForWords
        : null;
}
