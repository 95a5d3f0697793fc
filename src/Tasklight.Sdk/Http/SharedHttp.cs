namespace Tasklight.Sdk.Http;

/// <summary>The process's own HTTP client, for whoever brings none. Time limits are set per call.</summary>
internal static class SharedHttp
{
    public static HttpClient Client { get; } = new(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan };

    public static SocketsHttpHandler NewHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // So that a changed address of the server is noticed.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // A stream that is left is closed at once instead of being read to its end, which it has not.
        MaxResponseDrainSize = 0,
        AllowAutoRedirect = false,
        UseCookies = false,
    };
}
