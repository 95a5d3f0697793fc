using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>A task as <c>save</c> sends it: whole, but for the plan unless asked for (contract: task-object §6).</summary>
internal static class SavedTask
{
    private const string Plan = "deep_planning";

    private static readonly JsonTypeInfo<AgentTaskFields> WithoutPlan = MakeWithoutPlan();

    public static byte[] Write(AgentTaskFields task, bool withPlan) =>
        JsonSerializer.SerializeToUtf8Bytes(task, withPlan ? ProtocolJson.Default.AgentTaskFields : WithoutPlan);

    private static JsonTypeInfo<AgentTaskFields> MakeWithoutPlan()
    {
        var options = new JsonSerializerOptions(ProtocolJson.Default.Options)
        {
            TypeInfoResolver = ProtocolJson.Default.WithAddedModifier(type =>
            {
                if (type.Type == typeof(AgentTaskFields))
                {
                    type.Properties.Single(property => property.Name == Plan).ShouldSerialize = (_, _) => false;
                }
            }),
        };
        return (JsonTypeInfo<AgentTaskFields>)options.GetTypeInfo(typeof(AgentTaskFields));
    }
}
