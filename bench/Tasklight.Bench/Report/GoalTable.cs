namespace Tasklight.Bench.Report;

/// <summary>Every figure with its goal, in the order of the table.</summary>
static class GoalTable
{
    public static readonly IReadOnlyList<Goal> All =
    [
        new("limit-flush", "limit: 4 KiB to disk"),
        new("limit-sqlite-insert", "limit: SQLite inserts, 64 a commit"),
        new("limit-sqlite-life", "limit: SQLite whole lives, 64 a commit"),
        new("limit-echo-16", "limit: Kestrel POST echo, 16 callers"),
        new("limit-echo-64", "limit: Kestrel POST echo, 64 callers"),
        new("limit-fan-out", "limit: Kestrel SSE, 1,000 subscribers"),
        new("create-64", "create, 64 callers", 20_000, "limit-echo-64", 0.25),
        new("create-1-p50", "create, one caller, p50", null, "limit-flush", 3, AtMost: true),
        new("e2e-worker", "end to end, worker's view, 64 callers", 6_000, "limit-sqlite-life", 0.13),
        new("e2e-worker-cpu", "server processor time of such a task", 0.2, AtMost: true),
        new("e2e-stream", "end to end over the task stream, 64 callers", 4_000, "limit-sqlite-life", 0.085),
        new("e2e-python", "end to end, Python SDK's calls, 64 callers", 3_000),
        new("single-p50", "one caller, create to finished over the stream, p50", 1, AtMost: true),
        new("single-p99", "one caller, create to finished over the stream, p99", 3, AtMost: true),
        new("get-16", "get, 16 callers", 30_000, "limit-echo-16", 0.4),
        new("drain", "a backlog worked off by 8 workers"),
        new("fan-out", "1 task, 1,000 subscribers, events arrived", null, "limit-fan-out", 0.7),
        new("push-1", "chunks pushed to one task", 50_000),
        new("push-100", "chunks pushed to 100 tasks", 50_000),
        new("push-single", "chunks pushed one a call, 64 callers"),
        new("stop", "stop to the worker's task-stop frame, p99", 1_000, AtMost: true),
        new("reconnect", "reconnect to first missed event, p99", 200, AtMost: true),
        new("worker-bare", "end to end, bare calls of a worker, 64 callers"),
        new("worker-library", "end to end with the worker library, 64 callers", null, "worker-bare", 0.5),
        new("worker-library-cpu", "processor time of the worker library for such a task"),
        new("worker-library-heap", "its live heap after a round"),
        new("worker-library-growth", "growth of that since the warm-up", 1, AtMost: true),
        new("idle-memory", "memory of the idle server", 120, AtMost: true),
        new("idle-subscriber-memory", "memory of an idle subscriber", 15, AtMost: true),
        new("idle-subscriber-cores", "processor cores of 1,000 idle subscribers", 0.01, AtMost: true),
        new("idle-worker-memory", "memory of an idle worker", 40, AtMost: true),
        new("idle-worker-cores", "processor cores of all idle workers", 0.1, AtMost: true),
        new("list-small", "newest 50 of 1,000 tasks, 4 callers"),
        new("list-history", "newest 50 of the whole history, 4 callers", 10_000, "list-small", 1 / 1.3),
        new("create-small", "create, 16 callers, 1,000 tasks in the store"),
        new("create-history", "create, 16 callers, the whole history in the store", null, "create-small", 0.85),
        new("start-history", "start to /ready with the whole history", 1.5, AtMost: true),
    ];
}
