namespace Tasklight.Sdk.Http;

/// <summary>The process's HTTP client for links that came with a task: it reaches public addresses only.</summary>
internal static class GuardedHttp
{
    public static HttpClient Client { get; } = new(Guard().NewHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    private static AddressGuard Guard() =>
        new([], static host => $"{host} is at a private or local address. Set {nameof(Configuration)}.{nameof(Configuration.AllowPrivateFileAddresses)} to fetch files from there.");
}
