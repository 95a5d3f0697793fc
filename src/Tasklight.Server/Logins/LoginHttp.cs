using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Agents.Tools;
using Tasklight.Server.Logins.Documents;

namespace Tasklight.Server.Logins;

/// <summary>
/// Speaks to servers whose addresses others chose: through the guard of addresses, without redirects and cookies, half a minute and a megabyte
/// at most, and with authorization servers only over TLS.
/// </summary>
sealed class LoginHttp(ToolAccess access) : IDisposable
{
    const int LargestAnswer = 1024 * 1024;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly HttpClient _http = new(access.Handler, disposeHandler: false) { Timeout = Limit, MaxResponseContentBufferSize = LargestAnswer };

    public void Dispose() => _http.Dispose();

    /// <summary>The address in the text of a document, when it may be spoken to.</summary>
    /// <exception cref="LoginProblemException">It is no address of the web, or one without TLS.</exception>
    public Uri Secure(string? text, string what)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
        {
            throw LoginProblemException.Issue($"{what} is not an address of the web.");
        }

        return address.Scheme == "https" || IsLetThrough(address)
            ? address
            : throw LoginProblemException.Issue($"{what}, {address.GetLeftPart(UriPartial.Path)}, is not https: tokens are not sent in the open.");
    }

    /// <summary>Asks a server without a token how it wants to be logged in to.</summary>
    /// <returns>The parameters of the <c>Bearer</c> challenge of its 401; null when there is none.</returns>
    /// <exception cref="LoginProblemException">It cannot be reached.</exception>
    public Task<string?> ChallengeAsync(HttpRequestMessage request, CancellationToken cancel) => ReachAsync(request.RequestUri!, async () =>
    {
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        return answer.StatusCode == HttpStatusCode.Unauthorized
            ? answer.Headers.WwwAuthenticate.FirstOrDefault(static challenge => string.Equals(challenge.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase))?.Parameter
            : null;
    });

    /// <summary>A document at a well-known place; null when there is none.</summary>
    /// <exception cref="LoginProblemException">The server cannot be reached.</exception>
    public Task<T?> ReadAsync<T>(Uri place, JsonTypeInfo<T> type, CancellationToken cancel)
        where T : class => ReachAsync(place, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, place) { Headers = { Accept = { new("application/json") } } };
            using var answer = await _http.SendAsync(request, cancel);
            return answer.IsSuccessStatusCode ? Parse(await answer.Content.ReadAsByteArrayAsync(cancel), type) : null;
        });

    /// <summary>Registers a client.</summary>
    /// <exception cref="LoginProblemException">The server cannot be reached, or refuses.</exception>
    public Task<Registration> RegisterAsync(Uri endpoint, RegistrationRequest registration, CancellationToken cancel) => ReachAsync(endpoint, async () =>
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(registration, LoginJson.Default.RegistrationRequest));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var answer = await _http.PostAsync(endpoint, content, cancel);
        return answer.IsSuccessStatusCode && Parse(await answer.Content.ReadAsByteArrayAsync(cancel), LoginJson.Default.Registration) is { ClientId.Length: > 0 } registered
            ? registered
            : throw LoginProblemException.Issue($"{endpoint.Authority} refused to register this server ({(int)answer.StatusCode}): give client_id, and client_secret if there is one, in the MCP server's details.");
    });

    /// <summary>Asks a token endpoint. A refusal by RFC 6749 is an answer.</summary>
    /// <exception cref="LoginProblemException">The server cannot be reached, or gives no answer that can be read.</exception>
    public Task<TokenAnswer> AskForTokensAsync(Uri endpoint, HttpRequestMessage request, CancellationToken cancel) => ReachAsync(endpoint, async () =>
    {
        using var answer = await _http.SendAsync(request, cancel);
        var tokens = (int)answer.StatusCode < 500 ? Parse(await answer.Content.ReadAsByteArrayAsync(cancel), LoginJson.Default.TokenAnswer) : null;
        return tokens is { Error.Length: > 0 } || (answer.IsSuccessStatusCode && tokens is { AccessToken.Length: > 0 })
            ? tokens
            : throw LoginProblemException.Issue($"{endpoint.Authority} answered {(int)answer.StatusCode} when it was asked for a token.");
    });

    /// <summary>Has a token taken back.</summary>
    /// <returns>The status, and the word for why it was not (RFC 6749 §5.2), if there is one.</returns>
    /// <exception cref="LoginProblemException">The server cannot be reached.</exception>
    public Task<(int Status, string? Refusal)> RevokeAsync(Uri endpoint, HttpRequestMessage request) => ReachAsync(endpoint, async () =>
    {
        using var answer = await _http.SendAsync(request, CancellationToken.None);
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? null : Parse(await answer.Content.ReadAsByteArrayAsync(), LoginJson.Default.TokenAnswer)?.Error);
    });

    static T? Parse<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static async Task<T> ReachAsync<T>(Uri address, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (HttpRequestException problem)
        {
            throw LoginProblemException.Issue($"{address.Authority} cannot be reached: {problem.GetBaseException().Message}", problem);
        }
        catch (TaskCanceledException problem) when (problem.InnerException is TimeoutException)
        {
            throw LoginProblemException.Issue($"{address.Authority} did not answer within {Limit.TotalSeconds:0} s.", problem);
        }
    }

    // On this machine there is nobody in between, and what the operator lets through is a network of his own.
    bool IsLetThrough(Uri address) =>
        address.IsLoopback || access.AllowPrivateAddresses || access.AllowedHosts.Contains(address.IdnHost, StringComparer.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.IdnHost, out var written) && access.AllowedHosts.Any(entry => IPNetwork.TryParse(entry, out var network) && network.Contains(written)));
}
