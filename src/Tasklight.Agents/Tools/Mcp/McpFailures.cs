using System.Net;
using System.Text.Json;
using ModelContextProtocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>What the failures of an MCP client mean.</summary>
internal static class McpFailures
{
    /// <summary>Something that servers and networks do; everything else is a fault of this program.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is HttpRequestException or IOException or McpException or JsonException or OperationCanceledException or ObjectDisposedException or TimeoutException or InvalidOperationException or FormatException;

    /// <summary>The server wants a login, or another key.</summary>
    public static bool IsUnauthorized(Exception exception) => StatusOf(exception) == HttpStatusCode.Unauthorized;

    /// <summary>The server wants a token that is good for more; null when it does not.</summary>
    public static McpScopeException? MissingScopes(Exception exception) => Find<McpScopeException>(exception);

    /// <summary>The server knows the session no more.</summary>
    public static bool IsSessionLost(Exception exception) => StatusOf(exception) == HttpStatusCode.NotFound;

    /// <summary>The server cannot have begun: there was no connection, or it knows the session no more.</summary>
    public static bool WasNotMade(Exception exception) =>
        IsSessionLost(exception)
        || Find<HttpRequestException>(exception) is { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
        || IsForbidden(exception);

    /// <summary>The address is one that is not reached from here.</summary>
    public static bool IsForbidden(Exception exception) => Find<PrivateAddressException>(exception) is not null;

    /// <summary>The server answered, and the answer is a refusal: it lives.</summary>
    public static bool IsAnswer(Exception exception) => exception is McpProtocolException;

    /// <summary>The innermost reason, in one sentence.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => "It did not answer in time.",
        McpException { InnerException: ArgumentException } unreadable => unreadable.Message,
        _ when Find<LocalServerEndedException>(exception) is { } ended => ended.Message,
        _ when Find<TooLargeException>(exception) is { } large => large.Message,
        _ when MissingScopes(exception) is { } missing => missing.Message,
        _ when StatusOf(exception) is { } status and not HttpStatusCode.Found => $"It answered {(int)status} {status}.",
        _ => Sentence(exception.GetBaseException().Message),
    };

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";

    private static HttpStatusCode? StatusOf(Exception exception) => Find<HttpRequestException>(exception) is { StatusCode: { } status } && (int)status is < 300 or >= 400 ? status : null;

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is T found)
            {
                return found;
            }
        }

        return null;
    }
}
