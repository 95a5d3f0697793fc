using System.Net;
using System.Text;
using Tasklight.Server.Storage.Sqlite;
using Tasklight.Server.Tests.Storage;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

/// <summary>Law 8: secrets are in clear for workers only, and nowhere at rest.</summary>
public sealed class SecretsStaySecretTests
{
    const string Secret = "open-sesame-42";
    const string Address = $"https://ada:{Secret}@m.example/?key={Secret}&region=eu";
    const string Command = $"npx server --token {Secret} --port 80";
    const string MaskedAddress = "https://***@m.example/?key=***&region=eu";
    const string MaskedCommand = "npx server --token *** --port 80";

    [Fact]
    public async Task Law_8_a_secret_is_in_no_answer_to_others_than_workers_in_no_log_line_and_in_no_file()
    {
        var data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        using var log = new KeptLog();
        string agent, task;
        await using (var server = await RunningServer.StartAsync(data, builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)))
        {
            agent = (await server.Client.JsonAsync("POST", "/v1/agents", AgentWithSecrets(), HttpStatusCode.Created)).Text("id");
            task = (await server.Client.JsonAsync("POST", $"/agent-execution/{agent}", TaskWithSecrets(agent))).Text("id");
            using var others = server.NewClient((await server.Client.JsonAsync(
                "POST", "/v1/keys", new { name = "others", scopes = new[] { "tasks:read", "tasks:write", "agents:write", "approve" } }, HttpStatusCode.Created)).Text("key"));

            Assert.Contains(Secret, (await server.Client.CallAsync("GET", $"/agent-execution/{task}/status")).Body, StringComparison.Ordinal);
            await server.Client.CallAsync("PATCH", $"/agent-execution/{task}/update", new { status = "stopped", user_oidc_token = Secret, user_tokens = new { a = Secret } });
            foreach (var (method, path, _) in Routes.Of(server).Where(static route => route.Method == "GET"))
            {
                if (path.StartsWith("/events/", StringComparison.Ordinal))
                    continue; // A worker's stream; without the scope it is refused.
                var filled = Routes.Fill(path, name => name switch { "agent_id" => agent, "task_id" => task, _ => "x" });
                var (_, body) = await others.CallAsync(method, filled);
                Assert.False(body.Contains(Secret, StringComparison.Ordinal), $"{path}: {body}");
            }

            Assert.DoesNotContain(Secret, (await server.Client.CallAsync("GET", $"/v1/tasks/{task}")).Body, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, (await others.CallAsync("POST", $"/agent-execution/{agent}", TaskWithSecrets(agent))).Body, StringComparison.Ordinal);
            AssertNotOnDisk(data);
        }

        AssertNotOnDisk(data);
        Assert.DoesNotContain(log.Lines, static line => line.Contains(Secret, StringComparison.Ordinal) || line.Contains(RunningServer.Key, StringComparison.Ordinal));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_masked_header_or_variable_of_an_agents_mcp_server_is_saved_back_unchanged()
    {
        await using var server = await RunningServer.StartAsync();
        var agent = (await server.Client.JsonAsync("POST", "/v1/agents", AgentWithSecrets(), HttpStatusCode.Created)).Text("id");
        var shown = (await server.Client.JsonAsync("GET", $"/v1/agents/{agent}")).GetProperty("graph");
        var masked = shown[0].GetProperty("settings").GetProperty("mcp_settings");
        Assert.Equal("""{"x":"***"} {"token":"***"}""", $"{masked.GetProperty("headers")} {masked.GetProperty("env_vars")}");
        Assert.Equal((MaskedAddress, MaskedCommand), (masked.Text("url"), masked.Text("command")));

        await server.Client.JsonAsync("PATCH", $"/v1/agents/{agent}", new { name = "b", graph = shown });
        await server.Client.CallAsync("PUT", $"/v1/agents/{agent}");

        var clear = (await server.Client.JsonAsync("GET", $"/agents/{agent}")).GetProperty("graph")[0].GetProperty("settings").GetProperty("mcp_settings");
        Assert.Equal((Secret, Secret), (clear.GetProperty("headers").GetProperty("x").GetString(), clear.GetProperty("env_vars").GetProperty("token").GetString()));
        Assert.Equal((Address, Command), (clear.Text("url"), clear.Text("command")));
    }

    [Fact]
    public async Task A_masked_header_or_variable_of_a_tasks_mcp_server_is_saved_back_unchanged()
    {
        await using var server = await RunningServer.StartAsync();
        var agent = (await server.Client.JsonAsync("POST", "/v1/agents", new { name = "a" }, HttpStatusCode.Created)).Text("id");
        var task = (await server.Client.JsonAsync("POST", $"/agent-execution/{agent}", TaskWithSecrets(agent))).Text("id");
        using var others = server.NewClient((await server.Client.JsonAsync(
            "POST", "/v1/keys", new { name = "others", scopes = new[] { "tasks:read", "tasks:write" } }, HttpStatusCode.Created)).Text("key"));
        var masked = (await others.JsonAsync("GET", $"/agent-execution/{task}/status")).GetProperty("mcp_servers");
        Assert.Equal("""{"x":"***"} {"token":"***"}""", $"{masked[0].GetProperty("headers")} {masked[0].GetProperty("env_vars")}");
        Assert.Equal((MaskedAddress, MaskedCommand), (masked[0].Text("url"), masked[0].Text("command")));

        await others.JsonAsync("PATCH", $"/agent-execution/{task}/update", new { title = "t", mcp_servers = masked });
        await others.JsonAsync("PATCH", $"/agent-execution/{task}/update", new { user_oidc_token = "new", mcp_servers = masked });

        var clear = (await server.Client.JsonAsync("GET", $"/agent-execution/{task}/status")).GetProperty("mcp_servers")[0];
        Assert.Equal((Secret, Secret), (clear.GetProperty("headers").GetProperty("x").GetString(), clear.GetProperty("env_vars").GetProperty("token").GetString()));
        Assert.Equal((Address, Command), (clear.Text("url"), clear.Text("command")));
        await server.Client.CallAsync("POST", $"/v1/tasks/{task}/stop");
        Assert.DoesNotContain(Secret, (await others.CallAsync("GET", $"/v1/tasks/{task}/events?after=0&newer=true")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_that_a_worker_brings_are_sealed_and_the_same_ones_again_change_nothing()
    {
        var data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        await using (var server = await RunningServer.StartAsync(data))
        {
            var agent = (await server.Client.JsonAsync("POST", "/v1/agents", AgentWithSecrets(), HttpStatusCode.Created)).Text("id");
            object[] tools = [new { id = "own", name = "own", method = "GET", path = "/own", url = Address, headers = new { x = Secret } }];

            var graph = (await server.Client.JsonAsync("PATCH", $"/agents/{agent}/sync_local_tools", tools)).GetProperty("graph");
            var version = (await server.Client.JsonAsync("GET", $"/agents/{agent}")).GetProperty("version").GetInt32();
            await server.Client.JsonAsync("PATCH", $"/agents/{agent}/sync_local_tools", tools);

            Assert.Equal(Address, graph[0].GetProperty("settings").GetProperty("mcp_settings").Text("url"));
            Assert.Equal(version, (await server.Client.JsonAsync("GET", $"/agents/{agent}")).GetProperty("version").GetInt32());
            AssertNotOnDisk(data);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task What_an_earlier_program_kept_in_clear_is_sealed_at_start()
    {
        var data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        string agent, task;
        await using (var server = await RunningServer.StartAsync(data))
        {
            var mcp = new { name = "m", url = "https://m.example/?key=in-place-of-it", headers = new { x = "in-place-of-it" } };
            agent = (await server.Client.JsonAsync(
                "POST", "/v1/agents", new { name = "a", graph = new[] { new { id = "1", item_id = "m", type = "mcp", targets = Array.Empty<string>(), settings = new { mcp_settings = mcp } } } }, HttpStatusCode.Created)).Text("id");
            task = (await server.Client.JsonAsync("POST", $"/agent-execution/{agent}", new { input = new { text = "t" }, mcp_servers = new[] { mcp } })).Text("id");
            await server.Client.CallAsync("PATCH", $"/agent-execution/{task}/update", new { title = "t", mcp_servers = new[] { mcp, mcp with { name = "n" } } });
        }

        MakeOld(Path.Combine(data, "tasklight.db"));
        await using (var server = await RunningServer.StartAsync(data))
        {
            var ofTask = (await server.Client.JsonAsync("GET", $"/agent-execution/{task}/status")).GetProperty("mcp_servers");
            var ofAgent = (await server.Client.JsonAsync("GET", $"/agents/{agent}")).GetProperty("graph")[0].GetProperty("settings").GetProperty("mcp_settings");

            Assert.Equal(2, ofTask.GetArrayLength());
            Assert.All([ofTask[0], ofTask[1], ofAgent], static server => Assert.Equal((Secret, $"https://m.example/?key={Secret}"), (server.GetProperty("headers").Text("x"), server.Text("url"))));
            Assert.DoesNotContain(Secret, (await server.Client.CallAsync("GET", $"/v1/tasks/{task}/events", null, ("accept", "application/json"))).Body, StringComparison.Ordinal);
        }

        AssertNotOnDisk(data);
        Directory.Delete(data, recursive: true);
    }

    /// <summary>Puts secrets in clear where masks and seals are, as programs of the schema before did.</summary>
    static void MakeOld(string path)
    {
        using (var connection = SqliteConnection.Open(path, 1 << 20))
            PutInClear(connection);
        OldDatabase.Make(path + ".old", path, OldSecrets.Schema - 1);
        File.Move(path + ".old", path, overwrite: true);
    }

    static void PutInClear(SqliteConnection connection)
    {
        foreach (var (table, column) in new[] { ("events", "data"), ("tasks", "overlay") })
            connection.Execute($"UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), '***', '{Secret}') AS BLOB) WHERE {column} IS NOT NULL");
        connection.Execute("UPDATE tasks SET secrets = NULL");
        foreach (var (table, column) in new[] { ("agents", "draft"), ("agent_versions", "document") })
        {
            var document = connection.TextScalar($"SELECT CAST({column} AS TEXT) FROM {table}");
            var clear = System.Text.RegularExpressions.Regex.Replace(document, "sealed:[A-Za-z0-9_-]+", Secret, System.Text.RegularExpressions.RegexOptions.None, Eventually.Ceiling);
            Assert.NotEqual(document, clear);
            connection.Execute($"UPDATE {table} SET {column} = CAST('{clear.Replace("'", "''", StringComparison.Ordinal)}' AS BLOB)");
        }
    }

    static object AgentWithSecrets()
    {
        var server = new { name = "m", url = Address, command = Command, api_key = Secret, headers = new { x = Secret }, env_vars = new { token = Secret } };
        return new
        {
            name = "a",
            llm_credentials = new { name = "K", value = Secret },
            tools = new[] { new { id = "t", name = "t", method = "GET", url = Address, headers = new { x = Secret } } },
            graph = new[] { new { id = "1", item_id = "m", type = "mcp", targets = Array.Empty<string>(), settings = new { mcp_settings = server } } },
        };
    }

    static object TaskWithSecrets(string agent) => new
    {
        input = new { text = $"for {agent}" },
        events_streaming = true,
        user_oidc_token = Secret,
        user_tokens = new { server = Secret },
        mcp_servers = new[] { new { name = "m", url = Address, command = Command, api_key = Secret, client_secret = Secret, headers = new { x = Secret }, env_vars = new { token = Secret } } },
    };

    static void AssertNotOnDisk(string data)
    {
        foreach (var path in Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Where(static path => !path.EndsWith("lock", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            foreach (var text in new[] { Secret, RunningServer.Key })
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, $"{path} holds {text}");
        }
    }
}
