using Tasklight.Sdk.Tests.Modes;

namespace Tasklight.Sdk.Tests.Wire;

/// <summary>A row of the contract's index of calls.</summary>
/// <param name="Sent">Method, path and query, as they must come over the wire, without the organization.</param>
/// <param name="Make">Makes the call.</param>
/// <param name="Headers">Headers that this call has beyond those of every call of its kind, as <c>name: value</c>.</param>
internal sealed record TableCall(string Sent, Func<SdkMode, Configuration, AgentTask, Task> Make, params string[] Headers)
{
    public bool IsStream => Sent.EndsWith("/events", StringComparison.Ordinal);

    public bool HasBody => Sent.StartsWith("POST", StringComparison.Ordinal) || Sent.StartsWith("PATCH", StringComparison.Ordinal);
}
