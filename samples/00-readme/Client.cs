using Tasklight.Sdk;

namespace Readme;

/// <summary>The client of the README.</summary>
internal static class Client
{
    public static async Task RunAsync()
    {
        #region README client
        var agent = await new Agents().GetAsync();
        var task = await new Tasks().CreateAsync(agent.Id, "Say hello", eventsStreaming: true);
        await foreach (var update in task.EventsAsync())
        {
            Console.WriteLine($"{update.Time:T}  {update.Type}  {update.AsChunk()}");
        }

        await task.ReloadAsync();
        Console.WriteLine($"{task.Status}: {task.Result}");
        #endregion
    }
}
