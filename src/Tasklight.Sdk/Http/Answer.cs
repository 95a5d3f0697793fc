namespace Tasklight.Sdk.Http;

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, bool IsJson, TimeSpan? RetryAfter, byte[] Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Reads an answer whose content was gathered before.</summary>
    public static Answer Of(HttpResponseMessage response)
    {
        using var content = response.Content.ReadAsStream();
        var body = new byte[content.Length];
        content.ReadExactly(body);
        return Of(response, body);
    }

    public static Answer Of(HttpResponseMessage response, byte[] body) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true,
        Pause(response),
        body);

    // Seconds, or a moment on the server's clock, which its own Date makes comparable.
    private static TimeSpan? Pause(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } pause } => pause,
        { Date: { } moment } => moment - (response.Headers.Date ?? DateTimeOffset.UtcNow),
        _ => null,
    };
}
