using System.Text;
using System.Text.Json.Nodes;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Load;

/// <summary>One dispatch and the calls that a worker makes for it.</summary>
/// <param name="Lease">The dispatch frame's id; empty for workers that show none.</param>
/// <param name="Frame">The dispatched task, for workers that save it whole.</param>
sealed record WorkerJob(string Task, string Worker, string Lease, byte[] Frame)
{
    static readonly string Result = new('r', 200);

    public async Task RunAsync(HttpConnection connection, WorkerPattern pattern)
    {
        connection.ExtraHeaders = Lease.Length == 0 ? "" : $"Tasklight-Lease: {Lease}\r\n";
        if (pattern == WorkerPattern.PythonSdk)
        {
            await RunAsPythonAsync(connection);
            return;
        }

        await connection.CallAsync("PATCH", Routes.Update(Task), Bodies.Executing);
        if (pattern == WorkerPattern.Leased) await connection.CallAsync("PATCH", Routes.Update(Task), Bodies.Completed);
    }

    async Task RunAsPythonAsync(HttpConnection connection)
    {
        var task = JsonNode.Parse(Frame)!.AsObject();
        task.Remove("deep_planning");
        task["status"] = "executing";
        task["result"] = null;
        await connection.CallAsync("PATCH", Routes.Update(Task), Encoding.UTF8.GetBytes(task.ToJsonString()));
        await connection.CallAsync("GET", Routes.Get(Task));
        task["status"] = "completed";
        task["result"] = Result;
        await connection.CallAsync("PATCH", Routes.Update(Task), Encoding.UTF8.GetBytes(task.ToJsonString()));
    }
}
