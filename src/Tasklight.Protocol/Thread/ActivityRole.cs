using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Who speaks in an activity thread. The word <c>assistant</c> breaks the baseline client here.</summary>
[JsonConverter(typeof(ActivityRoleConverter))]
public enum ActivityRole
{
    /// <summary>The one who asks.</summary>
    User,

    /// <summary>The one who answers.</summary>
    Agent,
}
