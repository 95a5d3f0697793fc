using System.Net;
using Tasklight.Server.Hosting;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

public sealed class BootstrapTests : IDisposable
{
    readonly string _data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;

    [Fact]
    public async Task The_first_start_makes_an_organization_and_an_admin_key_and_shows_it_once()
    {
        var (first, key) = await BannerAsync();
        var (second, _) = await BannerAsync(key);

        Assert.NotNull(key);
        Assert.Contains("The key is shown this once; keep it, and send it as x-api-key.", first, StringComparison.Ordinal);
        Assert.DoesNotContain(key, second, StringComparison.Ordinal);
        Assert.DoesNotContain("admin key", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_settings_name_is_used_verbatim_and_exists_after_later_starts_too()
    {
        await using (var first = await RunningServer.StartAsync(_data))
            Assert.Equal(RunningServer.Organization, (await first.Client.JsonAsync("GET", "/v1/organizations"))[0].Text("id"));

        await using (var later = await RunningServer.StartAsync(_data, more: ["--bootstrap-key", "another-key-0123456789", "--bootstrap-organization", "another"]))
        {
            using var client = later.NewClient("another-key-0123456789");
            Assert.Equal("another", (await client.JsonAsync("GET", "/another/v1/organizations"))[0].Text("id"));
            Assert.Contains("another (new)", Shown(later), StringComparison.Ordinal);
            Assert.DoesNotContain("another-key", Shown(later), StringComparison.Ordinal);
        }

        await using var last = await RunningServer.StartAsync(_data);
        Assert.Equal(HttpStatusCode.OK, (await last.Client.CallAsync("GET", "/agents/list")).Status);
    }

    [Fact]
    public async Task A_key_of_another_organization_than_named_is_a_clear_refusal()
    {
        await using (await RunningServer.StartAsync(_data))
        {
            // Only the first start is needed.
        }

        var refusal = await Assert.ThrowsAsync<StartupException>(() => RunningServer.StartAsync(_data, more: ["--bootstrap-organization", "another"]));

        Assert.Equal(
            "The setting bootstrap-key names a key of the organization org-test, but bootstrap-organization says another: change one of them.", refusal.Message);
    }

    public void Dispose() => Directory.Delete(_data, recursive: true);

    async Task<(string Banner, string? Key)> BannerAsync(string? key = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var app = TasklightServer.Build(["--urls", "http://127.0.0.1:0", "--data", _data, "--log-level", "error"]);
        await app.StartAsync(cancel);
        var text = new StringWriter();
        app.Services.GetRequiredService<Banner>().Show(text);
        key ??= text.ToString().Split('\n').SingleOrDefault(static line => line.Contains("admin key", StringComparison.Ordinal))?.Trim().Split(' ')[^1];
        using var client = new HttpClient();
        client.BaseAddress = new(app.Urls.First());
        client.DefaultRequestHeaders.Add("x-api-key", key);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", "/v1/keys")).Status);
        await app.StopAsync(cancel);
        return (text.ToString(), key);
    }

    static string Shown(RunningServer server)
    {
        var text = new StringWriter();
        server.App.Services.GetRequiredService<Banner>().Show(text);
        return text.ToString();
    }
}
