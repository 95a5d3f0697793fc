using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;

namespace Tasklight.Server.Tests.Access;

public sealed class TaskSecretsTests
{
    readonly TaskSecrets _secrets = new(new ReversingBox());

    [Fact]
    public void A_task_without_secrets_seals_nothing()
    {
        var (masked, sealedSecrets) = _secrets.Extract(new AgentTaskFields { McpServers = [new() { Name = "plain" }] });

        Assert.Null(sealedSecrets);
        Assert.Null(masked.UserOidcToken);
        Assert.Null(masked.McpServers[0].ApiKey);
    }

    [Fact]
    public void Secrets_are_masked_in_the_fields_and_restored_from_the_seal()
    {
        var fields = Task(Json("""{"server":"tok-1"}"""), "oidc-1", new() { Name = "crm", ApiKey = "key-1" }, new() { ClientSecret = "secret-2" });

        var (masked, sealedSecrets) = _secrets.Extract(fields);
        var shown = JsonSerializer.Serialize(masked, ProtocolJson.Default.AgentTaskFields);
        var clear = masked.Clone();
        _secrets.Restore(clear, sealedSecrets!);

        Assert.DoesNotContain("tok-1", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("oidc-1", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("key-1", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-2", shown, StringComparison.Ordinal);
        Assert.Equal(JsonSerializer.Serialize(fields, ProtocolJson.Default.AgentTaskFields), JsonSerializer.Serialize(clear, ProtocolJson.Default.AgentTaskFields));
    }

    [Fact]
    public void A_mask_or_null_keeps_the_secret_and_another_value_replaces_it()
    {
        var (masked, kept) = _secrets.Extract(Task(Json("""{"a":"1"}"""), "oidc-1", new MCPServerDetails { Name = "crm", ApiKey = "key-1", ClientSecret = "secret-1" }));

        var merged = _secrets.Merge(kept, masked.McpServers, SecretMask.Text, null, [new() { Name = "new", ApiKey = "key-2" }, new() { Name = "crm", ApiKey = SecretMask.Text, ClientSecret = "secret-9" }]);
        var clear = masked.Clone();
        clear.McpServers = [new() { Name = "new", ApiKey = SecretMask.Text }, new() { Name = "crm", ApiKey = SecretMask.Text, ClientSecret = SecretMask.Text }];
        _secrets.Restore(clear, merged!);

        Assert.Equal("oidc-1", clear.UserOidcToken);
        Assert.Equal("""{"a":"1"}""", clear.UserTokens?.GetRawText());
        Assert.Equal("key-2", clear.McpServers[0].ApiKey);
        Assert.Equal("key-1", clear.McpServers[1].ApiKey);
        Assert.Equal("secret-9", clear.McpServers[1].ClientSecret);
    }

    [Fact]
    public void Values_of_headers_and_variables_are_secrets_and_their_names_are_not()
    {
        var fields = Task(null, null, new MCPServerDetails { Name = "crm", Headers = Map(("X-Key", "key-1"), ("X-Plain", "")), EnvVars = Map(("TOKEN", "token-1")) });

        var (masked, kept) = _secrets.Extract(fields);
        var clear = masked.Clone();
        _secrets.Restore(clear, kept!);

        Assert.Equal(Map(("X-Key", "***"), ("X-Plain", "")), masked.McpServers[0].Headers);
        Assert.Equal(Map(("TOKEN", "***")), masked.McpServers[0].EnvVars);
        Assert.Equal(fields.McpServers[0].Headers, clear.McpServers[0].Headers);
        Assert.Equal(fields.McpServers[0].EnvVars, clear.McpServers[0].EnvVars);
    }

    [Fact]
    public void A_masked_header_keeps_its_value_another_replaces_it_and_one_that_is_gone_stays_gone()
    {
        var (masked, kept) = _secrets.Extract(Task(null, null, new MCPServerDetails { Name = "crm", Headers = Map(("a", "1"), ("b", "2"), ("c", "3")) }));
        Assert.Same(kept, _secrets.Merge(kept, masked.McpServers, null, null, masked.McpServers));

        MCPServerDetails[] servers = [new() { Name = "crm", Headers = Map(("a", "***"), ("b", "9"), ("d", "***")) }];
        var merged = _secrets.Merge(kept, masked.McpServers, null, null, servers);
        var clear = masked.Clone();
        clear.McpServers = TaskSecrets.Mask(servers);
        _secrets.Restore(clear, merged!);

        Assert.Equal(Map(("a", "1"), ("b", "9"), ("d", "***")), clear.McpServers[0].Headers);
    }

    [Fact]
    public void Secrets_within_an_address_and_a_command_are_kept_by_their_names()
    {
        var (masked, kept) = _secrets.Extract(Task(null, null, new MCPServerDetails { Name = "crm", Url = "https://crm.example?key=1&region=eu", Command = "run --token 2 --port 80" }));
        MCPServerDetails[] servers = [masked.McpServers[0] with { Url = "https://crm.example?region=us&key=***", Command = "run --token 3 --port 80" }];

        var merged = _secrets.Merge(kept, masked.McpServers, null, null, servers);
        var clear = masked.Clone();
        clear.McpServers = TaskSecrets.Mask(servers);
        _secrets.Restore(clear, merged!);

        Assert.Equal(("https://crm.example?key=***&region=eu", "run --token *** --port 80"), (masked.McpServers[0].Url, masked.McpServers[0].Command));
        Assert.Equal(("https://crm.example?region=us&key=1", "run --token 3 --port 80"), (clear.McpServers[0].Url, clear.McpServers[0].Command));
    }

    [Theory]
    [InlineData("https://crm.example:443/other?region=us", null, true)]
    [InlineData("https://CRM.example/", null, true)]
    [InlineData("http://crm.example/mcp", null, false)]
    [InlineData("https://crm.example:8443/mcp", null, false)]
    [InlineData("https://crm.example.evil/mcp", null, false)]
    [InlineData("https://crm.example@evil.example/mcp", null, false)]
    [InlineData(null, null, false)]
    [InlineData("https://crm.example/mcp", "run it", false)]
    public void A_masked_secret_is_for_the_origin_that_it_was_given_for(string? url, string? command, bool isInPlace)
    {
        MCPServerDetails[] known = [new() { Name = "crm", Url = "https://crm.example/mcp", ApiKey = "***" }];
        Assert.Equal(isInPlace, TaskSecrets.StayInPlace(known, [known[0] with { Url = url, Command = command }]));
    }

    [Fact]
    public void A_masked_variable_is_for_the_command_that_it_was_given_for()
    {
        MCPServerDetails[] known = [new() { Name = "tools", Command = "run --token *** --port 80", EnvVars = Map(("KEY", "***")) }];
        Assert.True(TaskSecrets.StayInPlace(known, [known[0] with { Command = "run --token 7 --port 80" }]));
        Assert.False(TaskSecrets.StayInPlace(known, [known[0] with { Command = "run --token *** --port 81" }]));
        Assert.False(TaskSecrets.StayInPlace(known, [known[0] with { Name = "other" }]));
    }

    [Fact]
    public void A_server_that_is_elsewhere_now_begins_without_secrets()
    {
        var (masked, kept) = _secrets.Extract(Task(null, "oidc-1", new MCPServerDetails { Name = "crm", Url = "https://crm.example", ApiKey = "key-1", Headers = Map(("a", "1")) }));

        MCPServerDetails[] moved = [new() { Name = "crm", Url = "https://evil.example", Headers = Map(("a", "2")) }];
        var merged = _secrets.Merge(kept, masked.McpServers, null, null, moved);
        var clear = masked.Clone();
        clear.McpServers = TaskSecrets.Mask(moved);
        _secrets.Restore(clear, merged!);

        Assert.Equal((null, "2", "oidc-1"), (clear.McpServers[0].ApiKey, clear.McpServers[0].Headers["a"], clear.UserOidcToken));
    }

    [Fact]
    public void Very_many_servers_are_told_apart_in_one_pass()
    {
        var servers = Enumerable.Range(0, 100_000).Select(static i => new MCPServerDetails { Name = i % 2 == 0 ? $"s{i}" : null, ApiKey = $"key-{i}" }).ToArray();
        var (masked, kept) = _secrets.Extract(Task(null, null, servers));

        var clear = masked.Clone();
        _secrets.Restore(clear, _secrets.Merge(kept, masked.McpServers, null, null, masked.McpServers)!);

        Assert.Equal(servers.Select(server => server.ApiKey), clear.McpServers.Select(server => server.ApiKey));
    }

    [Fact]
    public void Two_servers_of_one_name_keep_their_own_secrets()
    {
        var (masked, sealedSecrets) = _secrets.Extract(Task(null, null, new() { Name = "twin", ApiKey = "first" }, new() { Name = "twin", ApiKey = "second" }));

        var clear = masked.Clone();
        _secrets.Restore(clear, sealedSecrets!);

        Assert.Equal(["first", "second"], clear.McpServers.Select(server => server.ApiKey));
    }

    static Dictionary<string, string> Map(params (string Name, string Value)[] pairs) => pairs.ToDictionary(StringComparer.Ordinal);

    static AgentTaskFields Task(JsonElement? tokens, string? oidc, params MCPServerDetails[] servers) =>
        new() { Id = "task-1", UserTokens = tokens, UserOidcToken = oidc, McpServers = servers };

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();
}
