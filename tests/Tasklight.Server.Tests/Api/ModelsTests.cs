using System.Net;
using System.Text;
using System.Text.Json;
using Tasklight.Agents.Models;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Api;

/// <summary>What the deployment is set up for is said, and no secret of it.</summary>
public sealed class ModelsTests
{
    static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["ANTHROPIC_API_KEY"] = "sk-secret",
        ["TASKLIGHT_MODELS_LAB_URL"] = "http://lab.internal:8000/v1",
        ["TASKLIGHT_MODELS_VLLM_URL"] = " ",
        ["TASKLIGHT_MODELS__URL"] = "http://nobody",
    };

    [Fact]
    public async Task Providers_say_what_is_set_up_and_what_is_missing()
    {
        await using var server = await StartAsync();

        var page = await GetAsync(server, "/v1/llm_providers");

        var providers = page.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!);
        Assert.Equal(["anthropic", "azure", "lab", "ollama", "openai", "openrouter", "vllm"], providers.Keys);
        Assert.Equal((7, 1), (page.GetProperty("total").GetInt32(), page.GetProperty("page").GetInt32()));
        Assert.Equal((true, true), Of(providers["anthropic"]));
        Assert.Equal((true, false), Of(providers["lab"]));
        Assert.Equal((false, false), Of(providers["openai"]));
        Assert.Contains("TASKLIGHT_MODELS_OPENAI_KEY", providers["openai"].GetProperty("reason").GetString());
        Assert.Contains("TASKLIGHT_MODELS_VLLM_URL", providers["vllm"].GetProperty("reason").GetString());
        Assert.DoesNotContain("sk-secret", page.GetRawText());
        Assert.DoesNotContain("lab.internal", page.GetRawText());
    }

    [Theory]
    [InlineData("openai", "gpt-5", "claude")]
    [InlineData("Anthropic", "claude-sonnet-4", "gpt-5")]
    [InlineData("ollama", "llama3.1", "gpt-5")]
    [InlineData("lab", "llama3.1", "")]
    public async Task Models_of_a_provider_come_with_their_windows(string provider, string known, string unknown)
    {
        await using var server = await StartAsync();

        var models = (await GetAsync(server, $"/v1/llm_providers/{provider}/models")).GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!);

        Assert.True(models[known].GetProperty("context_window").GetInt32() > 8_000);
        Assert.DoesNotContain(unknown, models.Keys);
    }

    [Fact]
    public async Task Models_of_a_provider_that_nobody_knows_are_not_there()
    {
        await using var server = await StartAsync();

        using var answer = await server.Client.GetAsync("/v1/llm_providers/nobody/models", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("TASKLIGHT_MODELS_NOBODY_URL", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"model_provider":"anthropic","model_name":"claude-sonnet-4"}""", true, true, null)]
    [InlineData("""{"model_provider":"lab","model_name":"own"}""", true, false, null)]
    [InlineData("""{"model_provider":"openai","model_name":"gpt-5"}""", false, false, "TASKLIGHT_MODELS_OPENAI_KEY")]
    [InlineData("""{"model_provider":"openai","model_name":"gpt-5","llm_credentials":{"name":"key","value":"sk-own"}}""", true, true, null)]
    [InlineData("""{"model_provider":"anthropic","model_name":"claude-sonnet-4","llm_api_base":"https://elsewhere.example"}""", true, false, null)]
    [InlineData("""{"model_provider":"openai","model_name":"gpt-5","use_oidc_pre_auth_token_for_llm":true}""", true, true, null)]
    public async Task An_agents_model_is_checked_before_it_is_needed(string agent, bool ok, bool hasKey, string? setting)
    {
        await using var server = await StartAsync();
        using var created = await server.Client.PostAsync(
            "/v1/agents", new StringContent("""{"name":"a",""" + agent[1..], Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var id = JsonElement.Parse(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString();

        var preflight = await GetAsync(server, $"/agents/{id}/llm_preflight");

        Assert.Equal((ok, hasKey), (preflight.GetProperty("ok").GetBoolean(), preflight.GetProperty("has_key").GetBoolean()));
        Assert.Equal(ok, preflight.GetProperty("reason").ValueKind == JsonValueKind.Null);
        Assert.Contains(setting ?? "", preflight.GetProperty("reason").GetString() ?? "");
        Assert.DoesNotContain("sk-", preflight.GetRawText());
    }

    [Fact]
    public async Task An_agent_of_nobody_has_no_preflight()
    {
        await using var server = await StartAsync();

        using var answer = await server.Client.GetAsync("/agents/nobody/llm_preflight", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    static (bool IsConfigured, bool HasKey) Of(JsonElement provider) => (provider.GetProperty("is_configured").GetBoolean(), provider.GetProperty("has_key").GetBoolean());

    static Task<RunningServer> StartAsync() =>
        RunningServer.StartAsync(forTests: builder => builder.Services.AddSingleton(new ModelSettings(Settings.GetValueOrDefault, () => Settings.Keys)));

    static async Task<JsonElement> GetAsync(RunningServer server, string path) =>
        JsonElement.Parse(await server.Client.GetStringAsync(path, TestContext.Current.CancellationToken));
}
