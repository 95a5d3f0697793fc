namespace Tasklight.Sdk.Http;

/// <summary>The process's HTTP client for links that came with a task: it reaches public addresses only.</summary>
internal static class GuardedHttp
{
    public static HttpClient Client { get; } = new(Guard().NewHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    private static AddressGuard Guard() =>
        new([], static _ => $"Set {nameof(Configuration)}.{nameof(Configuration.AllowPrivateFileAddresses)} to fetch files from there.");
}
