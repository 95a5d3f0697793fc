using Tasklight.Worker;

// A handler that does one item of its plan a call, as a model does that answers too early. It is called again while items are open: five
// times unless MaxPlanRetries says otherwise.
// Run: dotnet run --project samples/11-plan-following
await AgentWorker.RunAsync(
    async context =>
    {
        if (!context.Task.DeepPlanning.Started)
        {
            // An agent with EnforceDeepPlanning gives its tasks this by itself.
            context.Task.DeepPlanning = context.Task.DeepPlanning with { Enforce = true };
            await context.StartPlanAsync("read the report", "find the figures", "write the answer");
        }

        var item = context.Task.DeepPlanning.Tasks.First(item => !item.Completed);
        await context.CompletePlanItemAsync(item.Title);
        return $"Last done: {item.Title}, after {context.RetryCount} retries.";
    },
    new WorkerOptions
    {
        CompactBeforeRetry = async context =>
        {
            // The place to summarise a long session; its tokens would be answered here.
            await context.ChunkAsync($"compacting before retry {context.RetryCount + 1}");
            return new();
        },
    });
