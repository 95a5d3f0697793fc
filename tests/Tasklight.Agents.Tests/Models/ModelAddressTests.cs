using Tasklight.Agents.Models;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Tests.Models;

/// <summary>Where models may be: an agent's own address is a stranger's, the operator's is not.</summary>
public sealed class ModelAddressTests
{
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("my-lab")]
    public async Task An_address_that_an_agent_names_is_not_reached_when_it_is_private(string provider)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("hello"));
        using var providers = new ModelProviders(Opened.NoSettings, Opened.Quick, access: new ToolAccess());

        var failure = await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub, provider)));

        Assert.Equal(ModelFailure.NotConfigured, failure.Failure);
        Assert.Contains("127.0.0.1 is not asked: the address is private or local", failure.Message);
        Assert.Contains(ModelSettings.AddressSettingOf(provider), failure.Message);
        Assert.Empty(stub.Requests);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/v1")]
    [InlineData("http://localhost:9/v1")]
    [InlineData("http://[::1]:9/v1")]
    [InlineData("http://[::ffff:127.0.0.1]:9/v1")]
    [InlineData("http://0.0.0.0:9/v1")]
    [InlineData("http://2130706433:9/v1")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.0.0.1:9/v1")]
    public async Task No_way_of_writing_a_private_address_gets_past(string address)
    {
        using var providers = new ModelProviders(Opened.NoSettings, Opened.Quick, access: new ToolAccess());

        var failure = await Opened.FailsAsync(() => providers.AskAsync(new("openai", "gpt-4o") { Address = new(address), Key = "k" }));

        Assert.Equal(ModelFailure.NotConfigured, failure.Failure);
    }

    [Fact]
    public async Task An_address_of_the_settings_may_be_private_whether_or_not_the_agent_repeats_it()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("hello"));
        using var providers = new ModelProviders(Opened.Settings(("TASKLIGHT_MODELS_OLLAMA_URL", stub.Address.ToString())), Opened.Quick, access: new ToolAccess());

        Assert.Equal("hello", (await providers.AskAsync(new("ollama", "llama3"))).Text);
        Assert.Equal("hello", (await providers.AskAsync(new("ollama", "llama3") { Address = new(stub.Address, "/v1") })).Text);
    }

    [Fact]
    public async Task The_address_of_one_provider_is_not_let_through_for_another()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("hello"));
        using var providers = new ModelProviders(Opened.Settings(("TASKLIGHT_MODELS_OLLAMA_URL", stub.Address.ToString())), Opened.Quick, access: new ToolAccess());

        await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub)));

        Assert.Empty(stub.Requests);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.0/8")]
    [InlineData(null)]
    public async Task The_operator_lets_hosts_and_networks_through_or_switches_the_guard_off(string? allowed)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("hello"));
        var access = new ToolAccess { AllowPrivateAddresses = allowed is null, AllowedHosts = allowed is null ? [] : [allowed] };
        using var providers = new ModelProviders(Opened.NoSettings, Opened.Quick, access: access);

        Assert.Equal("hello", (await providers.AskAsync(Opened.At(stub))).Text);
    }

    [Fact]
    public void Ollama_on_this_machine_is_let_through_once_the_operator_names_it()
    {
        Assert.False(ModelConnection.Of(new("ollama", "llama3"), Opened.NoSettings).IsTrusted);
        Assert.True(ModelConnection.Of(new("ollama", "llama3"), Opened.Settings(("TASKLIGHT_MODELS_OLLAMA_URL", "http://localhost:11434"))).IsTrusted);
        Assert.True(ModelConnection.Of(new("openai", "gpt-5") { Key = "k" }, Opened.NoSettings).IsTrusted);
    }
}
