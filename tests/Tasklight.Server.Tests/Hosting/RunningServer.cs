using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Hosting;

/// <summary>The whole server on a free loopback port, with a data directory of its own that goes away with it.</summary>
sealed class RunningServer : IAsyncDisposable
{
    public const string Key = "tl_test-admin-key-0123456789";
    public const string Organization = "org-test";

    readonly bool _ownsData;

    RunningServer(WebApplication app, string data, bool ownsData)
    {
        App = app;
        Data = data;
        _ownsData = ownsData;
        Client = NewClient(Key);
    }

    public WebApplication App { get; }
    public string Data { get; }

    /// <summary>A client with the bootstrap's admin key.</summary>
    public HttpClient Client { get; }

    public Uri Address => new(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts a server and returns when it is ready.</summary>
    /// <param name="data">A directory to use and keep; by default one of its own.</param>
    /// <param name="forTests">Last word on its services.</param>
    /// <param name="more">Further arguments.</param>
    public static async Task<RunningServer> StartAsync(string? data = null, Action<WebApplicationBuilder>? forTests = null, params string[] more)
    {
        var directory = data ?? Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        var app = TasklightServer.Build(Arguments(directory, more), builder =>
        {
            // The server's own time to stop in may be over on a loaded machine before everything has ended in order.
            builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = Eventually.Ceiling);
            forTests?.Invoke(builder);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, directory, ownsData: data is null);
    }

    public static string[] Arguments(string data, params string[] more) =>
        ["--urls", "http://127.0.0.1:0", "--data", data, "--bootstrap-key", Key, "--bootstrap-organization", Organization, "--log-level", "error", "--runtime", "false", .. more];

    /// <summary>A client of this server; null sends no key.</summary>
    public HttpClient NewClient(string? key)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (key is not null)
            client.DefaultRequestHeaders.Add("x-api-key", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        if (_ownsData)
            Directory.Delete(Data, recursive: true);
    }
}
