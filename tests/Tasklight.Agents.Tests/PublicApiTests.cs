using Tasklight.Agents.Runtime;
using Tasklight.Sdk.Tests.PublicApi;

namespace Tasklight.Agents.Tests;

/// <summary>As for the SDK: after a wanted change run once with <c>TASKLIGHT_WRITE_PUBLIC_API=1</c> and commit the file.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_runtime_offers_what_is_listed() => ApiListing.Check(typeof(AgentRuntime).Assembly);
}
