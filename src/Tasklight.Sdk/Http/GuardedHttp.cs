using System.Collections.Concurrent;

namespace Tasklight.Sdk.Http;

/// <summary>The process's HTTP clients for links that came with a task: they reach public addresses only, and what is let through.</summary>
internal static class GuardedHttp
{
    // One for each configured list, of which a process has few: a client pools connections.
    private static readonly ConcurrentDictionary<string, Lazy<HttpClient>> Clients = new(StringComparer.Ordinal);

    /// <summary>The client that lets these hosts, addresses and networks through.</summary>
    public static HttpClient ClientFor(IReadOnlyList<string> allowed) =>
        Clients.GetOrAdd(string.Join(',', allowed), static (_, allowed) => new(() => new HttpClient(new AddressGuard(allowed, Refusal).NewHandler()) { Timeout = Timeout.InfiniteTimeSpan }), allowed).Value;

    private static string Refusal(string host) =>
        $"{host} is at a private or local address. Name it in {nameof(Configuration)}.{nameof(Configuration.AllowedFileHosts)} to fetch files from there; of a server or a worker that runs agents, in TASKLIGHT_FETCH_ALLOW.";
}
