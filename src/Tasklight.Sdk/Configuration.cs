using Tasklight.Protocol;

namespace Tasklight.Sdk;

/// <summary>
/// Where the server is and who is calling (contract: sdk-surface §7, sdk-http §1). What is not set here comes from the environment:
/// <c>TASKLIGHT_API_KEY</c>, <c>TASKLIGHT_BASE_URL</c>, <c>TASKLIGHT_ORGANIZATION_ID</c>, <c>TASKLIGHT_AGENT_ID</c>, then the same names
/// beginning with <c>XPANDER_</c>. The environment is read once, when the object is made.
/// </summary>
public sealed class Configuration
{
    private const string HostedUrl = "https://inbound.xpander.ai";
    private const string StagingUrl = "https://inbound.stg.xpander.ai";

    internal static readonly TimeSpan DefaultRetryFirstDelay = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan DefaultRetryLongestDelay = TimeSpan.FromSeconds(2);

    /// <summary>Takes everything from the environment.</summary>
    public Configuration()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    internal Configuration(Func<string, string?> environment)
    {
        ApiKey = Read(environment, "API_KEY");
        OrganizationId = Read(environment, "ORGANIZATION_ID");
        AgentId = Read(environment, "AGENT_ID");
        BaseUrl = ReadBaseUrl(environment);
        WorkerEnvironment = IsTrue(environment("IS_XPANDER_CLOUD")) ? "xpander" : "local";
    }

    /// <summary>The API key. Required before the first call.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// The server's address, used as it is. From the environment, <c>https://</c> is put in front when no scheme is given. Without any, the
    /// hosted service of the contract, except that a key from <c>TASKLIGHT_API_KEY</c> is never sent there: then the address is required.
    /// </summary>
    public string BaseUrl { get; set; }

    /// <summary>The organization. Workers need it; streams take the task's own when it is null.</summary>
    public string? OrganizationId { get; set; }

    /// <summary>The agent a worker works for, and the default of <see cref="Agents.GetAsync"/>.</summary>
    public string? AgentId { get; set; }

    /// <summary>How long one call may take, streams excepted: more than zero, at most 24 days, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>; 20 minutes unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// How long reads, and writes that carry an idempotency key, are repeated while the server cannot be reached or answers 408, 429, 502, 503 or
    /// 504; zero (never) unless set. A pause that the server asks for (<c>Retry-After</c>) is kept; one that outlasts this time ends the call.
    /// </summary>
    public TimeSpan RetryFor { get; set; }

    /// <summary>How often such a call is made at most, the first time included: 1 or more; null (as often as fits into <see cref="RetryFor"/>) unless set.</summary>
    public int? RetryAttempts { get; set; }

    /// <summary>The pause before the second attempt, doubled before each one after it, ± 25 %; more than zero, 100 ms unless set.</summary>
    public TimeSpan RetryFirstDelay { get; set; } = DefaultRetryFirstDelay;

    /// <summary>No pause of our own is longer; not less than <see cref="RetryFirstDelay"/>, at most 24 days, 2 s unless set.</summary>
    public TimeSpan RetryLongestDelay { get; set; } = DefaultRetryLongestDelay;

    /// <summary>
    /// The most bytes that are read of one attached file (<see cref="AgentTask.GetHumanReadableFilesAsync"/>, <see cref="AgentTask.ToMessageAsync"/>,
    /// <see cref="AgentTask.ToChatMessageAsync"/>); 1 or more, 10 MiB unless set. A larger file is not read in part.
    /// </summary>
    public long LargestFile { get; set; } = 10 * 1024 * 1024;

    /// <summary>
    /// Whether attached files may be fetched from private and local addresses, and through a proxy; false unless set, because the links come from
    /// whoever made the task. Files at <see cref="BaseUrl"/>'s own host and port are always fetched.
    /// </summary>
    public bool AllowPrivateFileAddresses { get; set; }

    /// <summary>Host names, addresses and networks (<c>10.1.0.0/16</c>) that attached files may be fetched from although they are private; none unless set.</summary>
    public IReadOnlyList<string> AllowedFileHosts
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    = [];

    /// <summary>
    /// Summarises an agent's session before a plan is taken up again: given the task, and what the summary should keep (null when nothing
    /// special). Without one nothing is summarised.
    /// </summary>
    public Func<AgentTask, string?, CancellationToken, Task<CompactRetryResult>>? CompactSession { get; set; }

    // Another address of the server at BaseUrl, which the links to its files begin with.
    internal string? PublicUrl { get; set; }

    internal string WorkerEnvironment { get; }

    /// <summary>The same settings with another caller's key.</summary>
    internal Configuration WithKey(string apiKey)
    {
        var copy = (Configuration)MemberwiseClone();
        copy.ApiKey = apiKey;
        return copy;
    }

    private bool NeedsOrganizationInPath => BaseUrl.Contains("agent-controller", StringComparison.Ordinal) || IsAtPort(9016);

    /// <summary>
    /// The address that ordinary calls begin with: <see cref="BaseUrl"/>, with the organization id where the contract wants it and one is set.
    /// </summary>
    public string GetFullUrl()
    {
        var url = BaseUrl.TrimEnd('/');
        return NeedsOrganizationInPath && !string.IsNullOrEmpty(OrganizationId) ? $"{url}/{Uri.EscapeDataString(OrganizationId)}" : url;
    }

    // Streams and worker posts go to the agent controller, which has another host than ordinary calls where the service is hosted.
    internal string StreamUrl(string organizationId)
    {
        var url = BaseUrl switch
        {
            _ when BaseUrl.Contains("inbound.stg.xpander", StringComparison.Ordinal) => "https://agent-controller.stg.xpander.ai",
            _ when BaseUrl.Contains("inbound.xpander", StringComparison.Ordinal) => "https://agent-controller.xpander.ai",
            _ when IsAtPort(8085) => "http://localhost:9016",
            _ => BaseUrl.TrimEnd('/'),
        };
        return $"{url}/{Uri.EscapeDataString(organizationId)}";
    }

    // The port itself: any other one may have its digits, 38085 for one.
    private bool IsAtPort(int port) => Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) && url.Port == port;

    /// <summary>A setting that a call cannot do without.</summary>
    /// <exception cref="ModuleException">400: the value is missing; the message says how to set it.</exception>
    internal static string Required(string? value, string property, string variable) => string.IsNullOrEmpty(value)
        ? throw new ModuleException(400, $"No {property}: set {nameof(Configuration)}.{property} or the environment variable TASKLIGHT_{variable}.")
        : value;

    private static string? Read(Func<string, string?> environment, string name) =>
        NullIfEmpty(environment("TASKLIGHT_" + name)) ?? NullIfEmpty(environment("XPANDER_" + name));

    private static string ReadBaseUrl(Func<string, string?> environment)
    {
        if (Read(environment, "BASE_URL") is { } url)
        {
            return url.Contains("://", StringComparison.Ordinal) ? url : "https://" + url;
        }

        if (NullIfEmpty(environment("TASKLIGHT_API_KEY")) is not null)
        {
            return "";
        }

        return IsTrue(environment("IS_STG")) ? StagingUrl : HostedUrl;
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static bool IsTrue(string? value) => string.Equals(value?.Trim(), "true", StringComparison.OrdinalIgnoreCase);
}
