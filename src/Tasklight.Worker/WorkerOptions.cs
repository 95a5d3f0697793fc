using System.Globalization;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>How a worker works. Every setting has a working default.</summary>
public sealed class WorkerOptions
{
    /// <summary>Tasks run at once unless said otherwise.</summary>
    public const int DefaultMaxConcurrency = 6;

    /// <summary>Retries of a task whose plan is open, unless said otherwise.</summary>
    public const int DefaultMaxPlanRetries = 5;

    /// <summary>The pause between two signs of life, unless said otherwise: 2 s.</summary>
    public static readonly TimeSpan DefaultHeartbeatInterval = TimeSpan.FromSeconds(2);

    /// <summary>The contract's port for <see cref="HttpPort"/>.</summary>
    public const int DefaultHttpPort = 59_321;

    // What timers can count.
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(24);

    private const int HighestPort = 65_535;
    private const string PortVariable = "STREAMING_PORT";

    /// <summary>All defaults.</summary>
    /// <exception cref="ModuleException">400: <c>TASKLIGHT_STREAMING_PORT</c> or <c>XPANDER_STREAMING_PORT</c> is no port.</exception>
    public WorkerOptions()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    internal WorkerOptions(Func<string, string?> environment) => HttpPort = PortFrom(environment);

    /// <summary>Where, who and for which agent; from the environment unless set.</summary>
    public Configuration Configuration
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    = new();

    /// <summary>Tasks run at once, at least 1; 6 unless set.</summary>
    public int MaxConcurrency
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(MaxConcurrency)} is at least 1.");
    }

    = DefaultMaxConcurrency;

    /// <summary>
    /// The identity under which tasks stay this worker's when its connection breaks; a new one for every worker unless set. Two workers that
    /// live at the same time must not share it, nor a worker and the one started in its place after a crash. Visible ASCII characters, at least one.
    /// </summary>
    public string InstanceId
    {
        get;
        set => field = !string.IsNullOrEmpty(value) && !value.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? value
            : throw new ArgumentException($"{nameof(InstanceId)} is one or more visible ASCII characters, without spaces.", nameof(value));
    }

    = Guid.NewGuid().ToString();

    /// <summary>
    /// The pause between two signs of life; 2 s unless set. Longer ones suit a process with very many workers; a server gives a worker up after
    /// 10 s of silence when its stream is closed, and after 30 s when it is open, unless it is set otherwise.
    /// </summary>
    public TimeSpan HeartbeatInterval
    {
        get;
        set => field = value > TimeSpan.Zero && value <= LongestTime
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(HeartbeatInterval)} is more than zero and at most {LongestTime.Days} days.");
    }

    = DefaultHeartbeatInterval;

    /// <summary>How long running tasks may go on when the worker is told to leave; then they are cancelled and handed back. 0 to 24 days; 10 s unless set.</summary>
    public TimeSpan ShutdownGrace
    {
        get;
        set => field = value >= TimeSpan.Zero && value <= LongestTime
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(ShutdownGrace)} is 0 to {LongestTime.Days} days.");
    }

    = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long the end of a task is told again and again to a server that cannot be reached, before it is given up; 0 (told once) or more, 10 minutes unless set. A
    /// server that is back within that time gets it, and refuses it if somebody else has the task by then.
    /// </summary>
    public TimeSpan SaveRetries
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(SaveRetries)} is 0 or more.");
    }

    = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often the handler is called again in a turn, when it ends while a started and enforced plan has open items; 5 unless set, 0 for
    /// never. When the limit is reached the task is completed with its open items.
    /// </summary>
    public int MaxPlanRetries
    {
        get;
        set => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(MaxPlanRetries)} is at least 0.");
    }

    = DefaultMaxPlanRetries;

    /// <summary>
    /// Called before the handler is called again for open items: the place to summarise a long session. The tokens it answers are added to
    /// the task's. Its failure is logged and stops nothing. None unless set.
    /// </summary>
    public Func<TaskContext, Task<CompactRetryResult>>? CompactBeforeRetry { get; set; }

    /// <summary>
    /// The port on which the worker also takes tasks over HTTP (<c>POST /invoke</c>, <c>GET /health</c>), on all addresses of the machine; 1 to
    /// 65535, usually <see cref="DefaultHttpPort"/>. Null, which it is unless <c>TASKLIGHT_STREAMING_PORT</c> or
    /// <c>XPANDER_STREAMING_PORT</c> names one: no port is opened. Workers of one process may share a port; the task's agent chooses among them.
    /// </summary>
    public int? HttpPort
    {
        get;
        set => field = value is null or (>= 1 and <= HighestPort)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(HttpPort)} is 1 to {HighestPort}, or null for none.");
    }

    /// <summary>The clock.</summary>
    public TimeProvider Clock
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    = TimeProvider.System;

    private static int? PortFrom(Func<string, string?> environment)
    {
        foreach (var name in (string[])["TASKLIGHT_" + PortVariable, "XPANDER_" + PortVariable])
        {
            if (environment(name) is { Length: > 0 } text)
            {
                return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= HighestPort
                    ? port
                    : throw new ModuleException(400, $"{name} is '{text}', which is no port: set it to a number from 1 to {HighestPort}, or leave it out for no HTTP server.");
            }
        }

        return null;
    }
}
