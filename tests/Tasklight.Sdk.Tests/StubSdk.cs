using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

/// <summary>The SDK as a caller of the stub.</summary>
internal static class StubSdk
{
    public static Configuration ConfigurationOf(StubServer server, TimeSpan retryFor = default) =>
        new(_ => null) { BaseUrl = server.BaseUrl, ApiKey = "secret", OrganizationId = StubTask.Organization, RetryFor = retryFor };

    public static Tasks TasksOf(StubServer server, TimeSpan retryFor = default) =>
        new(ConfigurationOf(server, retryFor));
}
