using Tasklight.Agents.Models;

namespace Tasklight.Agents.Tests.Models;

public sealed class ModelConnectionTests
{
    [Theory]
    [InlineData("", "gpt-5", "model_provider")]
    [InlineData("openai", "", "model_name")]
    [InlineData("openai", "gpt-5", "set OPENAI_API_KEY or TASKLIGHT_MODELS_OPENAI_KEY, or llm_credentials")]
    [InlineData("Anthropic", "claude", "set ANTHROPIC_API_KEY or TASKLIGHT_MODELS_ANTHROPIC_KEY")]
    [InlineData("openrouter", "x/y", "set TASKLIGHT_MODELS_OPENROUTER_KEY")]
    [InlineData("azure", "gpt-5", "set TASKLIGHT_MODELS_AZURE_URL, or llm_api_base")]
    [InlineData("vllm", "qwen", "set TASKLIGHT_MODELS_VLLM_URL, or llm_api_base")]
    [InlineData("my-lab", "x", "set TASKLIGHT_MODELS_MY_LAB_URL, or llm_api_base")]
    public void What_is_not_configured_is_said_by_the_name_of_its_setting(string provider, string name, string sentence)
    {
        using var providers = new ModelProviders(Opened.NoSettings);

        var failure = Assert.Throws<ModelException>(() => providers.Open(new(provider, name)));

        Assert.Equal(ModelFailure.NotConfigured, failure.Failure);
        Assert.Contains(sentence, failure.Message);
    }

    [Theory]
    [InlineData("openai", null, "https://api.openai.com/v1")]
    [InlineData("openai", "http://localhost:4010", "http://localhost:4010/v1")]
    [InlineData("ollama", null, "http://localhost:11434/v1")]
    [InlineData("vllm", "http://gpu:8000/v1/", "http://gpu:8000/v1")]
    [InlineData("azure", "https://me.openai.azure.com", "https://me.openai.azure.com/openai/v1")]
    [InlineData("azure", "https://me.openai.azure.com/openai/", "https://me.openai.azure.com/openai/v1")]
    [InlineData("azure", "https://me.openai.azure.com/openai/deployments/mine/chat/completions?api-version=2024-10-21", "https://me.openai.azure.com/openai/deployments/mine?api-version=2024-10-21")]
    [InlineData("openrouter", null, "https://openrouter.ai/api/v1")]
    [InlineData("openrouter", "https://openrouter.ai/api/v1/chat/completions", "https://openrouter.ai/api/v1")]
    [InlineData("anthropic", null, "https://api.anthropic.com/")]
    [InlineData("anthropic", "https://proxy/v1", "https://proxy/")]
    [InlineData("anthropic", "https://proxy/v1/messages", "https://proxy/")]
    [InlineData("lab", "https://lab/llm/api", "https://lab/llm/api")]
    public void An_address_is_completed_as_its_provider_has_it(string provider, string? address, string expected)
    {
        var choice = new ModelChoice(provider, "m") { Key = "k", Address = address is null ? null : new(address) };

        Assert.Equal(expected, ModelConnection.Of(choice, Opened.NoSettings).Address.ToString());
    }

    [Fact]
    public void The_operators_key_goes_to_the_operators_server_only()
    {
        var settings = Opened.Settings(("OPENAI_API_KEY", "operators"));

        Assert.Equal("operators", ModelConnection.Of(new("openai", "gpt-5"), settings).Key);
        Assert.Equal("operators", ModelConnection.Of(new("openai", "gpt-5") { Address = new("https://api.openai.com/v1") }, settings).Key);
        Assert.Null(ModelConnection.Of(new("openai", "gpt-5") { Address = new("https://elsewhere.example/v1") }, settings).Key);
        Assert.Equal("own", ModelConnection.Of(new("openai", "gpt-5") { Address = new("https://elsewhere.example/v1"), Key = "own" }, settings).Key);
    }

    [Fact]
    public void Settings_name_key_and_address_of_any_provider()
    {
        var settings = Opened.Settings(("TASKLIGHT_MODELS_MY_LAB_URL", "http://lab:1/v1"), ("TASKLIGHT_MODELS_MY_LAB_KEY", "k"), ("TASKLIGHT_MODELS_OPENAI_KEY", "a"), ("OPENAI_API_KEY", "b"));

        var connection = ModelConnection.Of(new("My-Lab", "m"), settings);

        Assert.Equal(("http://lab:1/v1", "k", "my-lab/m"), (connection.Address.ToString(), connection.Key, connection.Id));
        Assert.Equal("a", settings.KeyOf("openai"));
    }

    [Fact]
    public void A_choice_does_not_tell_its_key() =>
        Assert.DoesNotContain("secret", new ModelChoice("openai", "m") { Key = "secret", Headers = new Dictionary<string, string> { ["a"] = "secret" } }.ToString());

    [Theory]
    [InlineData("gpt-4o-mini", 128_000)]
    [InlineData("gpt-4.1-nano", 1_047_576)]
    [InlineData("openai/gpt-5-mini", 400_000)]
    [InlineData("claude-sonnet-4-5", 200_000)]
    [InlineData("nobody-knows", 128_000)]
    public void The_window_of_a_known_model_is_known(string name, int window) => Assert.Equal(window, ModelProviders.Describe(new("openai", name)).ContextWindow);

    [Fact]
    public void A_window_that_is_set_wins() => Assert.Equal(9_000, ModelProviders.Describe(new("openai", "gpt-5") { ContextWindow = 9_000 }).ContextWindow);

    [Theory]
    [InlineData(null, "high")]
    [InlineData("low", "medium")]
    [InlineData("medium", "high")]
    [InlineData("high", "xhigh")]
    public void Harder_is_one_step_more(string? effort, string harder) => Assert.Equal(harder, new ModelChoice("openai", "gpt-5") { Effort = effort }.Harder().Effort);
}
