using System.Globalization;
using System.Net;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The worker's stream and posts (contract: worker-protocol §2, extensions §3), and the administrator's list of workers.</summary>
static class WorkersApi
{
    const int LongestInstance = 255;
    const long LargestReport = 256 * 1024;

    public static void MapWorkers(this IEndpointRouteBuilder routes)
    {
        var workers = routes.MapGroup("").WithTags("Workers").RequireScope(Scope.Worker);
        workers.MapGet("/events/{agent_id}", ListenAsync).CountAsStream()
            .Describe("listenForWork", "The worker stream of an agent: registration, tasks, stops").GivesEvents()
            .TakesQuery<string>("environment", "local or xpander; default local.")
            .TakesHeader(TasklightHeaders.Instance, "The worker's stable identity: the same one continues its session.")
            .TakesHeader(TasklightHeaders.Slots, $"Tasks the worker runs at once; default {DispatchOptions.BaselineSlots}.")
            .Fails(404);
        workers.MapPost("/events/{worker_id}", ReportAsync).NeverRateLimit()
            .Describe("reportFromWorker", "Heartbeats, capacity, ends of runs and goodbyes of a worker").Takes<WorkerEvent>().Gives<OkAnswer>().Fails(400, 422);
        routes.MapGet("/v1/workers", List).WithTags("Administration").RequireScope(Scope.Admin)
            .Describe("listWorkers", "The workers of the organization, connected or just gone").Gives<IReadOnlyList<WorkerRecord>>()
            .TakesQuery<string>("agent_id", "Only workers of this agent.");
    }

    static async Task ListenAsync(HttpContext context, AgentDirectory agents, WorkerReception reception)
    {
        var agentId = context.Part("agent_id");
        var caller = context.Caller();
        if (await agents.FindAsync(caller.Organization, agentId, version: null, context.RequestAborted) is null)
        {
            await Answers.NoAgent(agentId).ExecuteAsync(context);
            return;
        }

        await reception.ServeAsync(context, new WorkerGreeting(
            new AgentKey(caller.Organization, agentId),
            caller.KeyId,
            AddressOf(context.Connection.RemoteIpAddress),
            InstanceOf(context),
            EnvironmentOf(context),
            SlotsOf(context)));
    }

    static async Task<IResult> ReportAsync(HttpContext context, WorkerReports reports)
    {
        WorkerEvent report;
        using (var body = await RequestBody.ReadAsync(context, LargestReport))
        {
            report = body.Parse(ProtocolJson.Default.WorkerEvent);
        }

        await reports.TakeAsync(context.Caller().Organization, context.Part("worker_id"), report);
        return Answers.Ok;
    }

    static IResult List(HttpContext context, WorkerHub hub)
    {
        var agentId = context.Query("agent_id");
        IReadOnlyList<WorkerRecord> workers = [.. hub.Views(context.Caller().Organization).Where(view => agentId is null || view.Stored.AgentId == agentId).Select(Record)];
        return Answers.Json(workers, ProtocolJson.Default.IReadOnlyListWorkerRecord);
    }

    static WorkerRecord Record(SessionView view) => new()
    {
        Id = view.Stored.Id,
        Name = WorkerFrame.Registration.NameOf(view.Stored),
        OrganizationId = view.Stored.Organization,
        AgentId = view.Stored.AgentId,
        Instance = view.Stored.Instance,
        Environment = view.Stored.Environment,
        Address = view.Stored.Address,
        IsConnected = view.IsOpen,
        Slots = view.Stored.Slots,
        SlotsInUse = view.InUse,
        TaskIds = [.. view.Runs.Select(run => run.TaskId)],
        CreatedAt = view.Stored.OpenedAt,
        LastHeartbeat = view.HeardAt,
    };

    // The baseline client appends a slash to the whole URL, and so to the value (contract: worker-protocol §2).
    static string EnvironmentOf(HttpContext context) => context.Query("environment")?.TrimEnd('/') == "xpander" ? "xpander" : "local";

    static string? InstanceOf(HttpContext context) => context.Header(TasklightHeaders.Instance) switch
    {
        null => null,
        { Length: > LongestInstance } instance => instance[..LongestInstance],
        var instance => instance,
    };

    static int SlotsOf(HttpContext context) =>
        int.TryParse(context.Header(TasklightHeaders.Slots), NumberStyles.None, CultureInfo.InvariantCulture, out var slots) && slots > 0
            ? Math.Min(slots, DispatchOptions.MostSlots)
            : DispatchOptions.BaselineSlots;

    static string AddressOf(IPAddress? address) => address is null ? "" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}
