namespace Tasklight.Server.Hosting;

/// <summary>How much one request or one key may take (design §7). Sizes in bytes.</summary>
sealed record LimitOptions
{
    public const long Mebibyte = 1024 * 1024;

    /// <summary>Body of a create, a push and everything not named below. Default 8 MiB; more is 413.</summary>
    public long Create { get; init; } = 8 * Mebibyte;

    /// <summary>Body of a PATCH of a task. Default 32 MiB; more is 413.</summary>
    public long Patch { get; init; } = 32 * Mebibyte;

    /// <summary>One uploaded file. Default 1 GiB; more is 413.</summary>
    public long File { get; init; } = 1024 * Mebibyte;

    /// <summary>Open event and worker streams of one key. Default 10,000; more is 429.</summary>
    public int Streams { get; init; } = 10_000;

    /// <summary>Requests a second of one key, PATCH, push, metrics and worker posts excepted. Default 0: no limit.</summary>
    public int Rate { get; init; }
}
