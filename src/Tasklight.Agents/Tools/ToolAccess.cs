using Tasklight.Sdk.Http;

namespace Tasklight.Agents.Tools;

/// <summary>What others may define that is reached from here: MCP servers, HTTP operations, and addresses of models.</summary>
public sealed class ToolAccess
{
    internal const string LocalServersVariable = "TASKLIGHT_RUNTIME_LOCAL_SERVERS";
    internal const string GuardVariable = "TASKLIGHT_FETCH_GUARD";
    internal const string AllowVariable = "TASKLIGHT_FETCH_ALLOW";

    private readonly Lazy<HttpMessageHandler> _handler;

    /// <summary>The careful settings: no programs, public addresses only.</summary>
    public ToolAccess() => _handler = new(NewHandler);

    /// <summary>Whose MCP servers may be programs that the runtime starts; nobody's unless set.</summary>
    public LocalServers LocalServers { get; init; }

    /// <summary>Whether private and local addresses are reached too, and a proxy used where one is configured; false unless set.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Host names, addresses and networks (<c>10.1.0.0/16</c>) that are reached although they are private; none unless set.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The most bytes of one answer or message; 1 or more, 8 MiB unless set. What is larger is not read in part: the call fails.</summary>
    public int LargestAnswer { get; init; } = 8 * 1024 * 1024;

    // One for all runs: it pools connections, and knows nothing of a run (no cookies, no credentials).
    internal HttpMessageHandler Handler => _handler.Value;

    /// <summary>
    /// The operator's settings, named as the server's: <c>TASKLIGHT_FETCH_GUARD</c> (<c>false</c> switches the guard against private addresses off),
    /// <c>TASKLIGHT_FETCH_ALLOW</c> (hosts, addresses, networks, separated by commas) and <c>TASKLIGHT_RUNTIME_LOCAL_SERVERS</c> (<c>none</c>,
    /// <c>agents</c>, <c>tasks</c>).
    /// </summary>
    /// <param name="environment">Reads a setting by its name.</param>
    /// <param name="local">Whose local servers are started when nothing is set.</param>
    /// <exception cref="ArgumentException">A setting has another value; the message names it.</exception>
    public static ToolAccess FromEnvironment(Func<string, string?> environment, LocalServers local = LocalServers.None)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return new()
        {
            LocalServers = environment(LocalServersVariable)?.Trim().ToLowerInvariant() switch
            {
                null or "" => local,
                "none" => LocalServers.None,
                "agents" => LocalServers.Agents,
                "tasks" => LocalServers.Tasks,
                var other => throw new ArgumentException($"{LocalServersVariable} is '{other}'; it may be none, agents or tasks.", nameof(environment)),
            },
            AllowPrivateAddresses = environment(GuardVariable)?.Trim().ToLowerInvariant() switch
            {
                null or "" or "true" => false,
                "false" => true,
                var other => throw new ArgumentException($"{GuardVariable} is '{other}'; it may be true or false.", nameof(environment)),
            },
            AllowedHosts = (environment(AllowVariable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };
    }

    internal bool Starts(bool ofAgent) => LocalServers == LocalServers.Tasks || (ofAgent && LocalServers == LocalServers.Agents);

    private SocketsHttpHandler NewHandler() => AllowPrivateAddresses
        ? SharedHttp.NewHandler()
        : new AddressGuard(AllowedHosts, Refusal).NewHandler();

    private static string Refusal(string host) =>
        $"{host} is at a private or local address, and tools reach public ones only: an operator can let it through with {AllowVariable}={host}.";
}
