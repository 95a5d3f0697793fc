using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Who speaks in a thread on REST.</summary>
[JsonConverter(typeof(ThreadRoleConverter))]
public enum ThreadRole
{
    /// <summary>The one who asks.</summary>
    User,

    /// <summary>The one who answers.</summary>
    Assistant,
}
