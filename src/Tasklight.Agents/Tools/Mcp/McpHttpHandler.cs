using System.Net;
using System.Net.Http.Headers;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>Between the MCP client and the wire: adds the login's token, keeps what a server says about logging in, bounds what it sends, and follows no redirects.</summary>
internal sealed class McpHttpHandler(HttpMessageHandler inner, int largest, Func<string?> token) : DelegatingHandler(inner)
{
    private const string SessionHeader = "Mcp-Session-Id";

    /// <summary>How the server wants to be proven to, as it said last.</summary>
    public AuthenticationHeaderValue? Challenge { get; private set; }

    /// <summary>Something that it sent was too large to be read. The client may not say so: it tries to take the stream up again.</summary>
    public bool WasTooLarge { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (token() is { } bearer)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            Challenge = response.Headers.WwwAuthenticate.FirstOrDefault(challenge => string.Equals(challenge.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)) ?? Challenge;
            if (McpScopeException.Of(response.StatusCode, Challenge) is { } missing)
            {
                response.Dispose();
                throw missing;
            }
        }

        if ((int)response.StatusCode is >= 300 and < 400)
        {
            using (response)
            {
                // Headers may hold keys, which the other place must not get.
                throw new HttpRequestException($"It redirects to {response.Headers.Location}: name that address in its definition.", inner: null, response.StatusCode);
            }
        }

        await LimitAsync(response, cancellationToken).ConfigureAwait(false);
        if (request.Headers.Contains(SessionHeader) && await IsSessionLostAsync(response, cancellationToken).ConfigureAwait(false))
        {
            response.Dispose();
            // Said here, because the client cancels what it is doing when it sees this, and the reason is lost.
            throw new HttpRequestException("It has forgotten the session.", inner: null, HttpStatusCode.NotFound);
        }

        return response;
    }

    // 404 by the protocol; the servers of the TypeScript SDK's examples say 400 and name the session.
    private static async Task<bool> IsSessionLostAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.StatusCode != HttpStatusCode.BadRequest)
        {
            return response.StatusCode == HttpStatusCode.NotFound;
        }

        await response.Content.LoadIntoBufferAsync(ct).ConfigureAwait(false);
        return (await response.Content.ReadAsStringAsync(ct).ConfigureAwait(false)).Contains("session", StringComparison.OrdinalIgnoreCase);
    }

    private async Task LimitAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var body = await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var limited = new StreamContent(new LimitedStream(body, largest, byLine: response.Content.Headers.ContentType?.MediaType == "text/event-stream", () => WasTooLarge = true));
        foreach (var (name, values) in response.Content.Headers)
        {
            limited.Headers.TryAddWithoutValidation(name, values);
        }

        response.Content = limited;
    }
}
