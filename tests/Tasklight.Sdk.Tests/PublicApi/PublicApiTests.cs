using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.PublicApi;

/// <summary>
/// What users can call is written down beside each project in <c>PublicApi.txt</c>, so that no change of it goes unseen. After a wanted change
/// run these tests once with the environment variable <c>TASKLIGHT_WRITE_PUBLIC_API=1</c> and commit the file.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_sdk_offers_what_is_listed() => ApiListing.Check(typeof(Tasks).Assembly);

    [Fact]
    public void The_protocol_offers_what_is_listed() => ApiListing.Check(typeof(AgentTaskFields).Assembly);
}
