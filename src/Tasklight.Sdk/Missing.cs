namespace Tasklight.Sdk;

/// <summary>What the Python client can and this one cannot, each in one sentence.</summary>
internal static class Missing
{
    public static NotSupportedException Databases() =>
        new("Tasklight has no agent databases: give the agent a store of your own.");

    public static NotSupportedException Sessions() =>
        new("Tasklight keeps no agent sessions, which live in agent databases: a task's activity log and its turns hold the conversation.");

    public static NotSupportedException KnowledgeBases() =>
        new("Tasklight has no knowledge bases: attach files to the task, or give the agent a search tool.");
}
