using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Where an agent's tasks may come from (contract: task-object §4); any other word breaks the baseline client.</summary>
[JsonConverter(typeof(SourceNodeTypeConverter))]
public enum SourceNodeType
{
    /// <summary>The web pages.</summary>
    Workbench,

    /// <summary>A client library.</summary>
    Sdk,

    /// <summary>A schedule.</summary>
    Task,

    /// <summary>An assistant.</summary>
    Assistant,

    /// <summary>A webhook.</summary>
    Webhook,

    /// <summary>An MCP client.</summary>
    Mcp,

    /// <summary>Another agent, by A2A.</summary>
    A2A,

    /// <summary>Telegram.</summary>
    Telegram,

    /// <summary>Slack.</summary>
    Slack,
}
