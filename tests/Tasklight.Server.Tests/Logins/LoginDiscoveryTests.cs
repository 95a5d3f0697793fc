using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.Server.Tests.Logins;

/// <summary>Where one logs in to an MCP server: what is found, what is believed, and who this server is there.</summary>
public sealed class LoginDiscoveryTests
{
    [Theory]
    [InlineData("/.well-known/oauth-authorization-server/tenant")]
    [InlineData("/.well-known/openid-configuration/tenant")]
    [InlineData("/tenant/.well-known/openid-configuration")]
    public async Task The_authorization_server_is_found_at_each_of_its_well_known_places(string place)
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.MetadataPath = place;

        await scene.LogInAsync();

        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task A_server_without_metadata_of_its_own_is_its_own_authorization_server()
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.ResourceMetadata = null;
        scene.Authority.MetadataPath = "/.well-known/oauth-authorization-server";
        scene.Authority.Metadata = document =>
        {
            document["issuer"] = scene.Authority.Root;
            document["authorization_response_iss_parameter_supported"] = false;
        };

        Assert.Equal(scene.Authority.McpAddress, LoginScene.QueryOf(await scene.PageAsync())["resource"]);
    }

    [Fact]
    public async Task An_openid_server_is_asked_for_refresh_tokens()
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.Metadata = document => document["scopes_supported"] = new JsonArray("openid", "offline_access");

        Assert.Equal("mail.read offline_access", LoginScene.QueryOf(await scene.PageAsync())["scope"]);
    }

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    public async Task The_client_of_the_servers_details_is_used(string method)
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.Metadata = document => document["token_endpoint_auth_methods_supported"] = new JsonArray(method);
        scene.Authority.Know("our app", "s3cret: /+", $"{scene.Server.Address.ToString().TrimEnd('/')}/v1/oauth/callback", method);
        static void Ours(JsonObject details) => (details["client_id"], details["client_secret"]) = ("our app", "s3cret: /+");

        await scene.LogInAsync(with: Ours);
        scene.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync(with: Ours)));
        Assert.Equal((0, 1), (scene.Authority.Registrations, scene.Authority.Refreshes));
    }

    [Theory]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    [InlineData("none")]
    public async Task This_server_registers_itself_once_by_a_method_that_is_taken(string method)
    {
        await using var scene = await LoginScene.StartAsync();
        scene.Authority.Metadata = document => document["token_endpoint_auth_methods_supported"] = new JsonArray("private_key_jwt", method);

        await scene.LogInAsync("ann");
        await scene.LogInAsync("bob");

        Assert.Equal(("ann", "bob", 1), (scene.Authority.UserOf(await scene.TokenAsync("ann")), scene.Authority.UserOf(await scene.TokenAsync("bob")), scene.Authority.Registrations));
    }

    [Fact]
    public async Task A_registration_that_is_known_no_more_is_made_anew()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.LogInAsync();
        scene.Authority.ForgetClients();
        scene.Clock.Advance(TimeSpan.FromMinutes(6));

        await scene.LogInAsync();

        Assert.Equal(("ann", 1), (scene.Authority.UserOf(await scene.TokenAsync()), scene.Authority.Registrations));
    }

    [Fact]
    public async Task When_nobody_came_back_from_a_page_the_next_one_is_of_a_new_registration()
    {
        await using var scene = await LoginScene.StartAsync();
        await scene.PageAsync();
        scene.Authority.ForgetClients();
        scene.Clock.Advance(TimeSpan.FromMinutes(40));

        await scene.LogInAsync();

        Assert.Equal("ann", scene.Authority.UserOf(await scene.TokenAsync()));
    }

    [Fact]
    public async Task Other_scopes_are_another_page()
    {
        await using var scene = await LoginScene.StartAsync();
        var page = await scene.PageAsync();

        Assert.NotEqual(page, await scene.PageAsync(with: details => details["additional_scopes"] = new JsonArray("calendar")));
    }

    [Fact]
    public async Task A_login_that_is_good_for_too_little_is_made_again_for_more_and_serves_both()
    {
        await using var scene = await LoginScene.StartAsync();
        static void More(JsonObject details) => details["additional_scopes"] = new JsonArray("calendar");
        await scene.LogInAsync();
        var first = await scene.TokenAsync();

        var page = await scene.PageAsync(with: More);
        Assert.Equal("mail.read calendar", LoginScene.QueryOf(page)["scope"]);
        Assert.Equal(first, await scene.TokenAsync());
        await scene.Authority.LogInAsync(page, "ann");

        Assert.Equal(await scene.TokenAsync(with: More), await scene.TokenAsync());
        Assert.Equal("mail.read calendar mail.send", LoginScene.QueryOf(await scene.PageAsync(with: details => details["additional_scopes"] = new JsonArray("mail.send")))["scope"]);
        Assert.Equal(1, scene.Authority.Registrations);
    }

    [Fact]
    public async Task A_registration_that_the_authorization_server_refuses_is_made_anew_with_the_next_page()
    {
        await using var scene = await LoginScene.StartAsync();
        var state = LoginScene.QueryOf(await scene.PageAsync())["state"];
        await scene.Authority.ComeBackAsync(new(scene.Server.Address, $"/v1/oauth/callback?state={Uri.EscapeDataString(state)}&iss={Uri.EscapeDataString(scene.Authority.Issuer)}&error=unauthorized_client"));

        await scene.LogInAsync();

        Assert.Equal(("ann", 2), (scene.Authority.UserOf(await scene.TokenAsync()), scene.Authority.Registrations));
    }

    [Fact]
    public async Task Where_one_cannot_log_in_the_answer_says_why()
    {
        await using var scene = await LoginScene.StartAsync();
        async Task<(string Type, string Message)> AskAsync(Action<JsonObject>? metadata = null, Action<JsonObject>? resource = null, Action<JsonObject>? details = null)
        {
            scene.Authority.Metadata = metadata ?? (static _ => { });
            scene.Authority.ResourceMetadata = resource ?? (static _ => { });
            var answer = await scene.AskAsync(with: details);
            return (answer.Text("type"), answer.GetProperty("data").Text("message"));
        }

        var host = new Uri(scene.Authority.Root).Authority;
        Assert.Equal(
            ("not_supported", $"{scene.Authority.Issuer} does not say that it takes PKCE with S256 (code_challenge_methods_supported), without which a login could be stolen."),
            await AskAsync(document => document["code_challenge_methods_supported"] = new JsonArray("plain")));
        Assert.Equal(
            ("not_supported", $"{scene.Authority.Issuer} lets nobody register by himself: give client_id, and client_secret if there is one, in the MCP server's details. Its redirect URI is {scene.Server.Address}v1/oauth/callback."),
            await AskAsync(document => document.Remove("registration_endpoint")));
        Assert.Equal(
            ("token_issue", $"The metadata of {scene.Authority.McpAddress} is that of another server: a token for that one is not sent here."),
            await AskAsync(resource: document => document["resource"] = "https://bank.example/mcp"));
        Assert.Equal(
            ("token_issue", $"{scene.Authority.Issuer} describes itself as another server, 'https://bank.example'."),
            await AskAsync(document => document["issuer"] = "https://bank.example"));
        Assert.Equal(
            ("token_issue", $"The token_endpoint of {host}, http://login.example/token, is not https: tokens are not sent in the open."),
            await AskAsync(document => document["token_endpoint"] = "http://login.example/token"));
        Assert.Equal(
            ("token_issue", $"The authorization_endpoint of {host} is not an address of the web."),
            await AskAsync(document => document["authorization_endpoint"] = "javascript:alert(1)"));
        Assert.Equal(
            ("not_supported", "The server has no http or https address (url), so there is nothing to log in to."),
            await AskAsync(details: server => server["url"] = null));
        Assert.Equal(
            ("not_supported", $"{host} does not say where to log in: it has neither metadata of its own (RFC 9728) nor of an authorization server (RFC 8414)."),
            await AskAsync(details: server => server["url"] = scene.Authority.Root + "/elsewhere"));
    }

    [Fact]
    public async Task Private_addresses_are_not_asked_unless_the_operator_lets_them_through()
    {
        await using var scene = await LoginScene.StartAsync("--fetch-guard", "true");

        var answer = await scene.AskAsync();

        Assert.Equal("token_issue", answer.Text("type"));
        Assert.Contains("TASKLIGHT_FETCH_ALLOW=127.0.0.1", answer.GetProperty("data").Text("message"), StringComparison.Ordinal);
        Assert.Empty(scene.Authority.Requests);
    }

    [Fact]
    public async Task A_query_of_the_servers_address_and_its_keys_go_nowhere_else()
    {
        await using var scene = await LoginScene.StartAsync();

        var answer = (await scene.AskAsync(with: details =>
        {
            details["url"] = scene.Authority.McpAddress + "?key=s3cret#part";
            details["headers"] = new JsonObject { ["Authorization"] = "Bearer s3cret", ["x-tenant"] = "acme" };
        })).GetRawText();

        Assert.Contains("login_required", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_none_is_refused()
    {
        await using var scene = await LoginScene.StartAsync();

        var (status, _) = await scene.Server.Client.CallAsync("POST", $"/mcp_auth/{scene.Agent}/ann/get_token", new StringContent("[", System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }
}
