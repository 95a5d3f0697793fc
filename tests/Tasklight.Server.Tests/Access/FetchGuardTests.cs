using System.Net;
using Microsoft.AspNetCore.Hosting;
using Tasklight.Sdk.Http;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Access;

public sealed class FetchGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:0:7f00:1::")]
    public void Private_and_local_addresses_are_refused(string address) => Assert.False(new FetchGuard(new()).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    public void Public_addresses_are_let_through(string address) => Assert.True(new FetchGuard(new()).Allows(IPAddress.Parse(address)));

    [Fact]
    public void Networks_and_addresses_on_the_list_are_let_through()
    {
        var guard = new FetchGuard(new() { Allow = "10.1.0.0/16, 192.168.0.7, files.example" });

        Assert.True(guard.Allows(IPAddress.Parse("10.1.9.9")));
        Assert.True(guard.Allows(IPAddress.Parse("::ffff:192.168.0.7")));
        Assert.False(guard.Allows(IPAddress.Parse("10.2.0.1")));
    }

    [Fact]
    public async Task A_refusal_says_which_host_and_what_an_operator_can_do()
    {
        using var client = new HttpClient(new FetchGuard(new()).NewHandler());

        var refusal = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("http://localhost:9/", TestContext.Current.CancellationToken));

        Assert.Equal(
            "localhost is at a private or local address, and this server does not fetch from those: an operator can let it through with --fetch-allow localhost.",
            Assert.IsType<PrivateAddressException>(refusal.InnerException).Message);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "127.0.0.0/8, ::1")]
    public async Task A_redirect_is_followed_where_the_guard_lets_through(bool guard, string allow) =>
        Assert.Equal("inside", await FollowRedirectAsync(new() { Guard = guard, Allow = allow }));

    [Fact]
    public async Task A_redirect_to_an_address_inside_is_refused()
    {
        var refusal = await Assert.ThrowsAnyAsync<HttpRequestException>(() => FollowRedirectAsync(new() { Allow = "localhost" }));

        Assert.IsType<PrivateAddressException>(refusal.InnerException);
    }

    /// <summary>Asks localhost, which redirects to 127.0.0.1.</summary>
    static async Task<string> FollowRedirectAsync(FetchOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/", static (HttpContext context) => Results.Redirect($"http://127.0.0.1:{context.Connection.LocalPort}/inside"));
        app.MapGet("/inside", static () => "inside");
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient(new FetchGuard(options).NewHandler());
        return await client.GetStringAsync($"http://localhost:{new Uri(app.Urls.First()).Port}/", TestContext.Current.CancellationToken);
    }
}
