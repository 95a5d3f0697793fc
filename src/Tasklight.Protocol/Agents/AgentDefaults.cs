using System.Text.Json;

namespace Tasklight.Protocol;

internal static class AgentDefaults
{
    public static JsonElement AgnoSettings { get; } = JsonElement.Parse("{\"session_storage\":false}"u8);
}
