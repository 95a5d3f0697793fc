using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.EndToEnd.Tests;
using Tasklight.Server.Hosting;

[assembly: AssemblyFixture(typeof(SharedServer))]

namespace Tasklight.EndToEnd.Tests;

/// <summary>One server in this process on a loopback port, for all scenarios that neither kill nor restart it. Each scenario has its own agent.</summary>
public class SharedServer : IAsyncLifetime
{
    public const string Key = "tl_end-to-end-admin-key-0123456789";
    public const string Organization = "org-end-to-end";

    readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tasklight-shared-");
    WebApplication? _app;
    RestApi? _api;

    public Uri Address { get; private set; } = new("http://unset");
    internal RestApi Api => _api!;

    /// <summary>Arguments that say how long its sessions live. As long as ever when they are closed; a worker that is there is never given up for the machine's slowness.</summary>
    private protected virtual string[] Sessions => ["--sessions-expiry-open", "5m"];

    public async ValueTask InitializeAsync()
    {
        _app = TasklightServer.Build([
            "--urls", "http://127.0.0.1:0", "--data", _data.FullName, "--log-level", "warning",
            "--bootstrap-key", Key, "--bootstrap-organization", Organization,
            // Doubles of others' servers are on this machine.
            "--fetch-allow", "127.0.0.0/8",
            // Scenarios bring their own workers.
            "--runtime", "false",
            .. Sessions,
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
        GC.SuppressFinalize(this);
    }
}
