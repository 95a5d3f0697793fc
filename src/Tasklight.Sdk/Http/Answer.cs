namespace Tasklight.Sdk.Http;

/// <summary>An answer, read whole.</summary>
internal sealed record Answer(int Status, bool IsJson, TimeSpan? RetryAfter, byte[] Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A page for people, which no server of the contract gives.</summary>
    public bool IsPage { get; init; }

    /// <summary>Reads an answer whose content was gathered before.</summary>
    public static Answer Of(HttpResponseMessage response, TimeProvider clock)
    {
        using var content = response.Content.ReadAsStream();
        var body = new byte[content.Length];
        content.ReadExactly(body);
        return Of(response, body, clock);
    }

    public static Answer Of(HttpResponseMessage response, byte[] body, TimeProvider clock) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true,
        Pause(response, clock),
        body)
    {
        IsPage = response.Content.Headers.ContentType?.MediaType == "text/html",
    };

    // Seconds, or a moment on the server's clock, which its own Date makes comparable; without one, ours must do.
    private static TimeSpan? Pause(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } pause } => pause,
        { Date: { } moment } => moment - (response.Headers.Date ?? clock.GetUtcNow()),
        _ => null,
    };
}
