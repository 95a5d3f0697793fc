using System.Net.Http.Headers;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>One call, as plain data, so that every way of sending builds it alike.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path after the base URL, beginning with a slash.</param>
/// <param name="What">What is asked, for messages: "get task 'x'".</param>
internal sealed record ApiRequest(HttpMethod Method, string Path, string What)
{
    private const double SlowestBytesPerSecond = 64 * 1024;

    private static readonly TimeSpan AttemptTakes = TimeSpan.FromSeconds(30);

    /// <summary>JSON to send.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Content other than JSON. It is read once, so such a call is never repeated.</summary>
    public HttpContent? Content { get; init; }

    /// <summary>The address to call instead of the configuration's.</summary>
    public string? Url { get; init; }

    /// <summary>The lease of a worker's write.</summary>
    public string? Lease { get; init; }

    /// <summary>Makes a write safe to repeat.</summary>
    public string? IdempotencyKey { get; init; }

    public string? AgentVersion { get; init; }

    /// <summary>The task in which a tool is called.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>How long the call may take; null = as configured.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>More bytes than this are not read; null = no limit.</summary>
    public long? LargestAnswer { get; init; }

    /// <summary>The address is not the server's: the key is not sent there.</summary>
    public bool IsForeign { get; init; }

    /// <summary>404 and 409 speak about a task.</summary>
    public bool IsAboutTask { get; init; }

    /// <summary>A question, though it is not sent as GET.</summary>
    public bool ChangesNothing { get; init; }

    public bool IsSafeToRepeat => Content is null && (Method == HttpMethod.Get || ChangesNothing || IdempotencyKey is not null);

    /// <summary>The call whose answer says nothing but that it was taken.</summary>
    public Call<Answer> Taken() => new(this, answer => Answers.Taken(this, answer));

    public HttpRequestMessage Build(Configuration configuration)
    {
        var apiKey = IsForeign ? null : Configuration.Required(configuration.ApiKey, nameof(Configuration.ApiKey), "API_KEY");
        var url = (Url ?? Configuration.Required(configuration.GetFullUrl(), nameof(Configuration.BaseUrl), "BASE_URL")) + Path;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw IsForeign
                ? new ModuleException(400, "This is not an http or https address.")
                : new ModuleException(400, $"'{configuration.BaseUrl}' is not an http or https address: correct {nameof(Configuration)}.{nameof(Configuration.BaseUrl)}.");
        }

        if (!IsForeign && address.UserInfo.Length > 0)
        {
            throw new ModuleException(400, ConfigurationValidator.HasUserInfo);
        }

        var message = new HttpRequestMessage(Method, address) { Content = Content ?? JsonContent() };
        Add(message, TasklightHeaders.ApiKey, apiKey);
        Add(message, TasklightHeaders.Lease, Lease);
        Add(message, TasklightHeaders.IdempotencyKey, IdempotencyKey);
        Add(message, TasklightHeaders.AgentVersion, AgentVersion);
        Add(message, TasklightHeaders.ExecutionId, ExecutionId);
        return message;
    }

    /// <summary>
    /// The call as it is made again and again: an attempt of which nothing is heard ends long before the time for all of them is over, but not
    /// before a slow wire could carry the body.
    /// </summary>
    public ApiRequest ForRepeating(Configuration configuration)
    {
        var enough = AttemptTakes + TimeSpan.FromSeconds((Body?.Length ?? 0) / SlowestBytesPerSecond);
        return Limit is not null || (configuration.Timeout > TimeSpan.Zero && configuration.Timeout < enough) ? this : this with { Limit = enough };
    }

    private static void Add(HttpRequestMessage message, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        // The HTTP client would speak of a lost connection, or the server refuse the request without a word.
        var text = value.Trim();
        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new ModuleException(400, $"The header {name} cannot carry this value; only visible ASCII characters are allowed.");
        }

        message.Headers.TryAddWithoutValidation(name, text);
    }

    private ByteArrayContent? JsonContent() => Body is null
        ? null
        : new ByteArrayContent(Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
