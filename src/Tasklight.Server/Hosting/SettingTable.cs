using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.Server.Hosting;

/// <summary>All settings with a fixed name, in the order of the help; those of <see cref="ModelOptions"/> are found by what they name.</summary>
static class SettingTable
{
    public static readonly IReadOnlyList<Setting> All =
    [
        new("urls", "URLS", $"addresses to listen on, separated by ';' ({TasklightOptions.DefaultUrls})",
            static (o, v) => o with { Urls = SettingValue.Urls(v) }),
        new("data", "DIR", $"directory of the store and the files ({TasklightOptions.DefaultData})",
            static (o, v) => o with { Data = SettingValue.Text(v) }),
        new("public-url", "URL", "how clients reach this server, for the links it gives out (as they asked)",
            static (o, v) => o with { PublicUrl = SettingValue.Url(v) }),
        new("log-level", "LEVEL", "trace, debug, information, warning, error, critical or none (information)",
            static (o, v) => o with { LogLevel = SettingValue.Word<LogLevel>(v) }),
        new("bootstrap-key", "KEY", "an admin key that must exist after the start (made and shown on the first start)",
            static (o, v) => o with { Bootstrap = o.Bootstrap with { Key = SettingValue.Token(v) } }),
        new("bootstrap-organization", "ID", "the organization of that key (the one there is, or a new one)",
            static (o, v) => o with { Bootstrap = o.Bootstrap with { Organization = SettingValue.Id(v) } }),
        new("secret-key", "BASE64", "32 bytes that seal secrets (the file secret.key in the data directory)",
            static (o, v) => o with { SecretKey = SettingValue.Key(v) }),
        new("sessions-expiry-closed", "TIME", "silence that ends a worker whose stream is closed (10s)",
            static (o, v) => o with { Sessions = o.Sessions with { ExpiryClosed = SettingValue.Time(v, TimeSpan.FromSeconds(3), TimeSpan.FromHours(1)) } }),
        new("sessions-expiry-open", "TIME", "silence that ends a worker whose stream is open (30s)",
            static (o, v) => o with { Sessions = o.Sessions with { ExpiryOpen = SettingValue.Time(v, TimeSpan.FromSeconds(3), TimeSpan.FromHours(1)) } }),
        new("sessions-adoption-wait", "TIME", "how long a reconnecting worker may take to say who it was (4s)",
            static (o, v) => o with { Sessions = o.Sessions with { AdoptionWait = SettingValue.Time(v, TimeSpan.Zero, TimeSpan.FromMinutes(1)) } }),
        new("sessions-environment-conflict", "WORD", "allow or refuse workers of two environments on one agent (allow)",
            static (o, v) => o with { Sessions = o.Sessions with { EnvironmentConflict = SettingValue.Word<EnvironmentConflict>(v) } }),
        new("limits-create", "SIZE", "largest body of a create or push (8MiB)",
            static (o, v) => o with { Limits = o.Limits with { Create = SettingValue.Size(v) } }),
        new("limits-patch", "SIZE", "largest body of a task's PATCH (32MiB)",
            static (o, v) => o with { Limits = o.Limits with { Patch = SettingValue.Size(v) } }),
        new("limits-file", "SIZE", "largest file (1GiB)",
            static (o, v) => o with { Limits = o.Limits with { File = SettingValue.Size(v) } }),
        new("limits-streams", "N", "open streams of one key (10000)",
            static (o, v) => o with { Limits = o.Limits with { Streams = SettingValue.Number(v, 1, 1_000_000) } }),
        new("limits-rate", "N", "requests a second of one key, 0 for no limit (0)",
            static (o, v) => o with { Limits = o.Limits with { Rate = SettingValue.Number(v, 0, 1_000_000) } }),
        new("files-lifetime", "TIME", "how long an upload and its link live (7d)",
            static (o, v) => o with { Files = o.Files with { Lifetime = SettingValue.Time(v, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)) } }),
        new("prices", "JSON", "prices of models for a million tokens: {\"openai/gpt-5*\": {\"input\": 1.25, \"output\": 10}} (none)",
            static (o, v) => o with { Prices = PriceOptions.Parse(v) }),
        new("runtime", "BOOL", "run the tasks of agents that name a model in this server (true)",
            static (o, v) => o with { Runtime = o.Runtime with { IsOn = SettingValue.Bool(v) } }),
        new("runtime-concurrency", "N", $"such tasks at once, sub-tasks not counted ({RuntimeOptions.DefaultConcurrency})",
            static (o, v) => o with { Runtime = o.Runtime with { Concurrency = SettingValue.Number(v, 1, 10_000) } }),
        new("runtime-agent-concurrency", "N", "such tasks of one agent at once (as runtime-concurrency)",
            static (o, v) => o with { Runtime = o.Runtime with { AgentConcurrency = SettingValue.Number(v, 1, 10_000) } }),
        new("runtime-local-servers", "WORD", "whose MCP servers may be programs run here: none, agents or tasks (none)",
            static (o, v) => o with { Runtime = o.Runtime with { LocalServers = SettingValue.Word<LocalServers>(v) } }),
        new("fetch-guard", "BOOL", "refuse to fetch from private and loopback addresses (true)",
            static (o, v) => o with { Fetch = o.Fetch with { Guard = SettingValue.Bool(v) } }),
        new("fetch-allow", "LIST", "hosts, addresses and networks the guard lets through, separated by ',' (none)",
            static (o, v) => o with { Fetch = o.Fetch with { Allow = SettingValue.Text(v) } }),
    ];

    static readonly Dictionary<string, Setting> ByName = All.ToDictionary(static s => s.Name, StringComparer.Ordinal);

    public static Setting? Find(string kebab) => ByName.GetValueOrDefault(kebab) ?? ModelOptions.Find(kebab);

    /// <summary>The known name nearest to a mistyped one, or null when none is near.</summary>
    public static string? Nearest(string kebab) => NearestName.Of(kebab, All.Select(static s => s.Name).Append("config"));
}
