using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.EndToEnd.Tests;
using Tasklight.Server.Hosting;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Tasklight.EndToEnd.Tests;

/// <summary>One server in this process on a loopback port, for all scenarios that neither kill nor restart it. Each scenario has its own agent.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public const string Key = "tl_end-to-end-admin-key-0123456789";
    public const string Organization = "org-end-to-end";

    readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tasklight-shared-");
    WebApplication? _app;
    RestApi? _api;

    public Uri Address { get; private set; } = new("http://unset");
    internal RestApi Api => _api!;

    public async ValueTask InitializeAsync()
    {
        _app = TasklightServer.Build([
            "--urls", "http://127.0.0.1:0", "--data", _data.FullName, "--log-level", "warning",
            "--bootstrap-key", Key, "--bootstrap-organization", Organization,
            // Doubles of others' servers are on this machine.
            "--fetch-allow", "127.0.0.0/8",
            // Scenarios bring their own workers.
            "--runtime", "false",
            // Short lives: eight and six heartbeats of workers whose clocks run four times as fast.
            "--sessions-expiry-closed", "4s", "--sessions-expiry-open", "4s", "--sessions-adoption-wait", "3s",
        ]);
        await _app.StartAsync();
        Address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _api = new(Address, Key);
        await _api.IsReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }

        _data.Delete(recursive: true);
    }
}
