using Microsoft.AspNetCore.Builder;
using Tasklight.EndToEnd.Tests.Baseline;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Server.Hosting;

namespace Tasklight.EndToEnd.Tests;

/// <summary>The real server in this process, on a free loopback port and a data directory of its own. It can be restarted on both.</summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tasklight-test-");
    private readonly string[] _settings;
    private WebApplication _app = null!;

    private readonly Action<IServiceCollection>? _services;

    private ServerFixture(Action<IServiceCollection>? services, string[] settings) => (_services, _settings) = (services, settings);

    public string Key { get; } = "tl_test_" + Guid.NewGuid().ToString("N");

    public string Organization { get; } = "organization-1";

    /// <summary>A port that stays this fixture's while its server is down: another run's server there would refuse what this one's clients still say.</summary>
    public string BaseUrl { get; } = $"http://127.0.0.1:{FreePorts.Take()}";

    /// <summary>A client's configuration; a worker's too, once it names an agent.</summary>
    public Configuration Configuration(string? agentId = null) => new()
    {
        BaseUrl = BaseUrl,
        ApiKey = Key,
        OrganizationId = Organization,
        AgentId = agentId,
        RetryFor = TimeSpan.FromSeconds(30),
    };

    /// <summary>The environment of a foreign client or worker of an agent.</summary>
    public BaselineOptions Baseline(string agentId) => new() { BaseUrl = BaseUrl, ApiKey = Key, OrganizationId = Organization, AgentId = agentId };

    /// <summary>Starts a server; <paramref name="settings"/> are further arguments of its command line.</summary>
    public static Task<ServerFixture> StartAsync(params string[] settings) => StartAsync(services: null, settings);

    /// <summary>Starts a server with doubles among its services: a model, say.</summary>
    public static async Task<ServerFixture> StartAsync(Action<IServiceCollection>? services, params string[] settings)
    {
        var fixture = new ServerFixture(services, settings);
        await fixture.StartAsync();
        return fixture;
    }

    /// <summary>Ends the server in order and starts another one on the same port and data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAgainAsync();
    }

    /// <summary>Starts a server on the port and data of the one that was stopped.</summary>
    public Task StartAgainAsync() => StartAsync();

    /// <summary>Ends the server in order.</summary>
    public async Task StopAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task<string> CreateAgentAsync(string name = "test agent") =>
        (await new Tasklight.Sdk.Agents(Configuration()).CreateAsync(new CreateAgentRequest { Name = name }, ct: TestContext.Current.CancellationToken)).Id;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Delete(recursive: true);
    }

    private async Task StartAsync()
    {
        _app = TasklightServer.Build(
        [
            "--urls", BaseUrl, "--data", _data.FullName, "--bootstrap-key", Key, "--bootstrap-organization", Organization, "--log-level", "warning", "--runtime", "false",
            .. _settings,
        ], builder => _services?.Invoke(builder.Services));
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }
}
