namespace Tasklight.Bench.Wire;

/// <summary>The routes of the contract for one organization and one agent.</summary>
sealed record Routes(string Organization, string Agent)
{
    public string Create => $"/agent-execution/{Agent}";

    public string Worker => $"/{Organization}/events/{Agent}?environment=local";

    public static string Get(string task) => $"/agent-execution/{task}/status";

    public static string Update(string task) => $"/agent-execution/{task}/update";

    public static string Stop(string task) => $"/agent-execution/{task}";

    public static string Push(string task) => $"/agent-execution/{task}/events/push";

    public string List(string query) => $"/agent-execution/executions/history/{Agent}{query}";

    public string Events(string task) => $"/{Organization}/agent-execution/{task}/events";

    public string WorkerPost(string worker) => $"/{Organization}/events/{worker}?type=worker&agent_id={Agent}";
}
