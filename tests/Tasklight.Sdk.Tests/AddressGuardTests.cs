using System.Net;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk.Tests;

public sealed class AddressGuardTests
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
    public void Private_and_local_addresses_are_refused(string address) => Assert.False(Guard().Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700::1111")]
    public void Public_addresses_are_let_through(string address) => Assert.True(Guard().Allows(IPAddress.Parse(address)));

    [Fact]
    public void Networks_and_addresses_on_the_list_are_let_through()
    {
        var guard = Guard("10.1.0.0/16", "192.168.0.7", "files.example");

        Assert.True(guard.Allows(IPAddress.Parse("10.1.9.9")));
        Assert.True(guard.Allows(IPAddress.Parse("::ffff:192.168.0.7")));
        Assert.False(guard.Allows(IPAddress.Parse("10.2.0.1")));
    }

    [Fact]
    public async Task A_refusal_says_what_the_caller_has_to_say_of_the_host()
    {
        using var client = new HttpClient(Guard().NewHandler());

        var refusal = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync("http://localhost:9/", TestContext.Current.CancellationToken));

        Assert.Equal("localhost is private.", Assert.IsType<PrivateAddressException>(refusal.InnerException).Message);
    }

    private static AddressGuard Guard(params string[] allowed) => new(allowed, static host => $"{host} is private.");
}
