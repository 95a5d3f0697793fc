using System.Text.Json;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Operations;
using Tasklight.Protocol;

namespace Tasklight.Server.Agents;

/// <summary>Calls HTTP operations of agents for clients, as the agent runtime calls them for models.</summary>
sealed class OperationCaller(ToolAccess access)
{
    static readonly JsonElement NoPayload = JsonElement.Parse("{}"u8);

    /// <summary>A call that is ready to be made.</summary>
    /// <param name="agent">Whose tool it is.</param>
    /// <param name="tool">A tool with a url, its headers in clear.</param>
    /// <param name="payload">The call's payload, with its places or flat.</param>
    /// <param name="extension">The task's <c>payload_extension</c>, merged over the payload.</param>
    /// <param name="idempotencyKey">Names the call to the other side.</param>
    /// <exception cref="ToolSetupException">The definition has no address or method that can be called.</exception>
    /// <exception cref="ProtocolException">A part of the payload is missing or cannot be sent; the message names it.</exception>
    public OperationCall Prepare(AgentFields agent, AgentTool tool, JsonElement payload, JsonElement? extension, string idempotencyKey)
    {
        if (payload.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined))
        {
            throw new ProtocolException([FieldError.InBody(FieldErrorTypes.WrongType, "Expected an object or null.")], isMalformed: false);
        }

        var operation = new HttpOperation(tool, access);
        // A client sends what the tool's schema says, which need not know of places.
        var placed = payload.ValueKind != JsonValueKind.Object ? NoPayload : TaskExtension.HasPlaces(payload) ? payload : operation.Placed(payload);
        var whole = new TaskExtension(extension).IntoPlaces(placed, operation.FlatPlace);
        return operation.RequestOf(whole, idempotencyKey, out var problem) is { } request
            ? new(operation, request, LlmSettings.Of(agent.LlmSettings).Limits(contextWindow: 0).ToolTime)
            : throw new ProtocolException([FieldError.InBody(FieldErrorTypes.NotAllowed, problem!.Sentence, problem.Place, problem.Name)], isMalformed: false);
    }
}
