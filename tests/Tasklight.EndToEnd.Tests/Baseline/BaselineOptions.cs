using System.Net;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The environment of one foreign process: what its XPANDER_ variables would say.</summary>
sealed record BaselineOptions
{
    public required string BaseUrl { get; init; }
    public required string ApiKey { get; init; }
    /// <summary>The machine the process is on, by its loopback address: processes of one address may swap their sessions.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    public required string OrganizationId { get; init; }
    public string AgentId { get; init; } = "";

    /// <summary>Ordinary calls carry the organization in the path, as they do towards a host that is named agent-controller.</summary>
    public bool PrefixOrganization { get; init; }

    /// <summary>The worker says that it runs in the cloud (<c>environment=xpander</c>).</summary>
    public bool IsCloud { get; init; }

    /// <summary>Factor for the worker's own times (heartbeat 2 s, back-off 1, 2, 3 s). 1 is real time.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>Tasks at once; on_task cannot change it.</summary>
    public int Slots { get; init; } = 6;

    public TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds * TimeScale);
}
