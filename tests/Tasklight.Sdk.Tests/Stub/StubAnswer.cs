namespace Tasklight.Stub;

/// <summary>What the stub answers: JSON unless said otherwise.</summary>
internal sealed record StubAnswer(int Status, string Body, string ContentType = "application/json")
{
    /// <summary>When set, an event stream: these frames, then the end.</summary>
    public IAsyncEnumerable<string>? Frames { get; init; }

    public string? RetryAfter { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public string? Location { get; init; }

    public string? Date { get; init; }

    public static StubAnswer Ok(string body) => new(200, body);

    public static StubAnswer Error(int status, string detail, string code = "some_code") => new(status, $$"""{"detail": "{{detail}}", "code": "{{code}}"}""");

    /// <summary>Frames that are there at once, then an orderly end.</summary>
    public static StubAnswer Stream(params string[] frames) => new(200, "", "text/event-stream") { Frames = frames.ToAsyncEnumerable() };

    public static StubAnswer Stream(IAsyncEnumerable<string> frames) => new(200, "", "text/event-stream") { Frames = frames };
}
