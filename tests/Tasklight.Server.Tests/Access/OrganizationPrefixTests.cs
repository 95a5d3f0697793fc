using Tasklight.Server.Access;

namespace Tasklight.Server.Tests.Access;

public sealed class OrganizationPrefixTests
{
    [Theory]
    [InlineData("/v1/tasks", "/v1/tasks", null)]
    [InlineData("/agents/list", "/agents/list", null)]
    [InlineData("/org-1/agents/list", "/agents/list", "org-1")]
    [InlineData("/org-1/v1/tasks/7", "/v1/tasks/7", "org-1")]
    [InlineData("//org-1//events//agent-1/", "/events/agent-1", "org-1")]
    [InlineData("/events/agent-1/", "/events/agent-1", null)]
    [InlineData("/None/agents/list", "/agents/list", "None")]
    [InlineData("/v1/organizations", "/v1/organizations", null)]
    [InlineData("/nonsense", "/nonsense", null)]
    [InlineData("/", "/", null)]
    [InlineData("", "/", null)]
    [InlineData("///", "/", null)]
    public void A_path_is_brought_into_the_form_of_the_routes(string path, string expected, string? organization) =>
        Assert.Equal((expected, organization), OrganizationPrefix.Split(path));
}
