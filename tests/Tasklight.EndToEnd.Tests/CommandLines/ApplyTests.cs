namespace Tasklight.EndToEnd.Tests.CommandLines;

/// <summary><c>tasklight agents</c> against the real server.</summary>
public sealed class ApplyTests(SharedServer server) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tasklight-cli-");
    private readonly string _name = "clerk-" + Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public async Task Applying_makes_changes_and_leaves_alone_what_is_as_the_file_says()
    {
        var file = Write($"name: {_name}\nmodel: openai/gpt-5\ninstructions:\n  general: |\n    Be kind.\n    Be short.\n");
        var made = await CommandRun.OfAsync(server, "agents", "apply", file);
        Assert.Equal((0, ""), (made.Code, made.Errors));
        Assert.Contains($"+ {_name} created, version 1 deployed", made.Text, StringComparison.Ordinal);

        var again = await CommandRun.OfAsync(server, "agents", "apply", file);
        Assert.Contains($"= {_name} unchanged, version 1 deployed", again.Text, StringComparison.Ordinal);

        Write($"name: {_name}\nmodel: openai/gpt-5-mini\ninstructions:\n  general: |\n    Be kind.\n    Be brief.\n");
        var dry = await CommandRun.OfAsync(server, "agents", "apply", file, "--dry-run");
        Assert.Contains($"~ {_name} would be changed\n", dry.Text, StringComparison.Ordinal);
        var changed = await CommandRun.OfAsync(server, "agents", "apply", file);
        Assert.Contains($"~ {_name} changed, version 2 deployed", changed.Text, StringComparison.Ordinal);
        Assert.Contains("    ~ model: openai/gpt-5 → openai/gpt-5-mini\n    instructions:\n      - Be short.\n      + Be brief.\n", changed.Text, StringComparison.Ordinal);
        Assert.Equal("gpt-5-mini", (await CommandRun.OfAsync(server, "agents", "get", _name, "--json")).Json["model_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_file_leaves_out_stays_and_null_takes_it_away()
    {
        await ApplyAsync("expected_output: A haiku.\nbudget: { max_tokens: 1000 }");

        var changed = await ApplyAsync("expected_output: null");

        Assert.Contains("- expected_output: A haiku.", changed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("budget", changed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_never_shown_and_change_something_only_when_they_are_others()
    {
        string Definition(string key) => $"name: {_name}\nmodel: openai/gpt-5\nllm_credentials: {{ name: key, value: {key}-very-secret }}\nmcp_servers:\n  - name: maps\n    url: https://maps.example.com?token={key}-url-very-secret\n    auth_type: api_key\n    api_key: mcp-very-secret\n";
        var file = Write(Definition("sk"));

        var made = await CommandRun.OfAsync(server, "agents", "apply", file);
        var again = await CommandRun.OfAsync(server, "agents", "apply", file, "--json");
        Assert.DoesNotContain("very-secret", made.Text, StringComparison.Ordinal);
        Assert.Contains("+ llm_credentials.value: ***", made.Text, StringComparison.Ordinal);
        Assert.Contains("+ mcp_servers[maps].url: https://maps.example.com?token=***", made.Text, StringComparison.Ordinal);
        Assert.Equal(("unchanged", 1, 0), (again.Json[0]!["action"]!.GetValue<string>(), again.Json[0]!["version"]!.GetValue<int>(), again.Json[0]!["changes"]!.AsArray().Count));

        Write(Definition("pk"));
        var dry = await CommandRun.OfAsync(server, "agents", "apply", file, "--dry-run");
        var replaced = await CommandRun.OfAsync(server, "agents", "apply", file);
        Assert.Equal($"= {_name} unchanged\n    ~ secrets, compared when it is applied: llm_credentials.value, mcp_servers[maps].url, mcp_servers[maps].api_key\n", dry.Text);
        Assert.Contains($"~ {_name} changed, version 2 deployed", replaced.Text, StringComparison.Ordinal);
        Assert.Contains("    ~ secrets, not all the same as before: llm_credentials.value, mcp_servers[maps].url, mcp_servers[maps].api_key\n", replaced.Text, StringComparison.Ordinal);
        Assert.Contains("unchanged, version 2 deployed", (await CommandRun.OfAsync(server, "agents", "apply", file)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_deploying_only_the_draft_changes()
    {
        var file = Write($"name: {_name}\nmodel: openai/gpt-5\n");
        Assert.Contains("created, not deployed", (await CommandRun.OfAsync(server, "agents", "apply", file, "--no-deploy")).Text, StringComparison.Ordinal);
        Assert.Contains("unchanged, version 1 deployed", (await CommandRun.OfAsync(server, "agents", "apply", file)).Text, StringComparison.Ordinal);

        Write($"name: {_name}\nmodel: openai/gpt-4o\n");
        Assert.Contains("changed, not deployed", (await CommandRun.OfAsync(server, "agents", "apply", file, "--no-deploy")).Text, StringComparison.Ordinal);
        Assert.Contains("unchanged, version 2 deployed", (await CommandRun.OfAsync(server, "agents", "apply", file)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_of_one_file_may_call_each_other_in_any_order()
    {
        var file = Write($"name: {_name}\nsub_agents: [{_name}-a, {_name}-b]\n---\nname: {_name}-a\n---\nname: {_name}-b\nsub_agents: [{_name}-a]\n");

        var made = await CommandRun.OfAsync(server, "agents", "apply", file, "--json");
        var again = await CommandRun.OfAsync(server, "agents", "apply", file, "--json");

        var ids = made.Json.AsArray().ToDictionary(agent => agent!["name"]!.GetValue<string>(), agent => agent!["id"]!.GetValue<string>(), StringComparer.Ordinal);
        var graph = (await CommandRun.OfAsync(server, "agents", "get", _name, "--json")).Json["graph"]!.AsArray();
        Assert.Equal([ids[_name + "-a"], ids[_name + "-b"]], graph.Select(node => node!["item_id"]!.GetValue<string>()));
        Assert.All(again.Json.AsArray(), agent => Assert.Equal("unchanged", agent!["action"]!.GetValue<string>()));
    }

    [Fact]
    public async Task What_is_exported_and_applied_changes_nothing()
    {
        var file = Write(
            $$"""
            name: {{_name}}
            description: "Yes: no"
            model: anthropic/claude-sonnet-4-5
            instructions:
              role: [You are a clerk.]
              general: |
                One.
                Two.
            tools:
              - name: look
                description: Looks.
                url: https://example.com/{id}
                parameters: { type: object, properties: { id: { type: string }, any: {} } }
            mcp_servers:
              - { name: maps, url: https://maps.example.com, auth_type: api_key, api_key: secret }
              - { name: files, command: serve files }
            sub_agents: [{{_name}}-b]
            approvals:
              - tool: look
            budget: { max_tokens: 100 }
            llm_settings: { temperature: 0.5 }
            output_format: json
            output_schema: { type: object, properties: { any: {} }, required: [] }
            deep_planning: true
            ---
            name: {{_name}}-b
            instructions: Ends with a full stop.
            """);
        await CommandRun.OfAsync(server, "agents", "apply", file);
        var exported = await CommandRun.OfAsync(server, "agents", "export", _name);
        Assert.Equal((0, ""), (exported.Code, exported.Errors));

        Write(exported.Text);
        var again = await CommandRun.OfAsync(server, "agents", "apply", file);

        Assert.True(again.Text.StartsWith($"= {_name} unchanged", StringComparison.Ordinal), again.Text + again.Errors + exported.Text);
        Assert.Contains($"- name: files\n  command: serve files\nsub_agents:\n- {_name}-b\ntools:\n- name: look\n", exported.Text, StringComparison.Ordinal);
        Assert.Contains("output_schema:\n  type: object\n  properties:\n    any: {}\n  required: []\n", exported.Text, StringComparison.Ordinal);
        Assert.Equal($"name: {_name}-b\ninstructions: Ends with a full stop.\n", (await CommandRun.OfAsync(server, "agents", "export", _name + "-b")).Text);
    }

    [Fact]
    public async Task Mcp_servers_stay_when_only_the_sub_agents_are_said_and_the_other_way_round()
    {
        await ApplyAsync("mcp_servers:\n  - { name: maps, url: https://maps.example.com, auth_type: api_key, api_key: very-secret }");

        var added = await ApplyAsync($"sub_agents: [{_name}-b]\n---\nname: {_name}-b");
        var removed = await ApplyAsync("mcp_servers: null");

        Assert.Contains($"~ {_name} changed, version 2 deployed", added.Text, StringComparison.Ordinal);
        Assert.Contains($"    + sub_agents: [{_name}-b]\n", added.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("maps", added.Text, StringComparison.Ordinal);
        Assert.Contains("    - mcp_servers[maps].url: https://maps.example.com\n", removed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("sub_agents", removed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_of_a_schema_that_says_nothing_is_a_change_too()
    {
        await ApplyAsync("output_format: json\noutput_schema: { type: object, properties: { a: { type: string } } }");

        var changed = await ApplyAsync("output_format: json\noutput_schema: { type: [object], properties: { a: { type: string }, b: {} } }");

        Assert.Contains("    ~ output_schema.type: object → [object]\n    + output_schema.properties.b: {}\n", changed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_changed_when_one_file_of_several_is_wrong()
    {
        var good = Write($"name: {_name}\n");
        var wrong = Write("name: x\nnonsense: 1\n", "wrong.yaml");

        var run = await CommandRun.OfAsync(server, "agents", "apply", good, wrong, Path.Combine(_folder.FullName, "missing.yaml"));

        Assert.Equal((2, ""), (run.Code, run.Text));
        Assert.Contains($"{wrong}:2:1: nonsense: There is no such field.", run.Errors, StringComparison.Ordinal);
        Assert.Contains("missing.yaml:1:1: The file cannot be read", run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await CommandRun.OfAsync(server, "agents", "get", _name)).Code);
    }

    [Fact]
    public async Task An_unknown_sub_agent_a_circle_and_a_repeated_name_are_told_with_their_place()
    {
        var unknown = await CommandRun.OfAsync(server, "agents", "apply", Write($"name: {_name}\nsub_agents:\n  - nobody-{_name}\n"));
        Assert.Equal(2, unknown.Code);
        Assert.Contains($":3:5: sub_agents[0]: There is no agent 'nobody-{_name}'", unknown.Errors, StringComparison.Ordinal);

        var circle = await CommandRun.OfAsync(server, "agents", "apply", Write($"name: {_name}\nsub_agents: [{_name}-b]\n---\nname: {_name}-b\nsub_agents: [{_name}]\n"));
        Assert.Contains("in a circle", circle.Errors, StringComparison.Ordinal);

        var repeated = await CommandRun.OfAsync(server, "agents", "apply", Write($"name: {_name}\n---\nname: {_name}\n"));
        Assert.Contains(":3:1: name: This agent is defined in line 1 of", repeated.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_are_listed_and_deleted()
    {
        await CommandRun.OfAsync(server, "agents", "apply", Write($"name: {_name}\nmodel: openai/gpt-5\n"));

        Assert.Contains(_name, (await CommandRun.OfAsync(server, "agents", "list")).Text, StringComparison.Ordinal);
        Assert.Contains((await CommandRun.OfAsync(server, "agents", "list", "--json")).Json.AsArray(), agent => agent!["name"]!.GetValue<string>() == _name);
        Assert.Equal(0, (await CommandRun.OfAsync(server, "agents", "delete", _name)).Code);
        Assert.Equal((1, $"There is no agent '{_name}'. See: tasklight agents list\n"), (await CommandRun.OfAsync(server, "agents", "delete", _name)) is var gone ? (gone.Code, gone.Errors) : default);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Applies a file of one agent that says this besides its name.</summary>
    private Task<CommandRun> ApplyAsync(string definition) => CommandRun.OfAsync(server, "agents", "apply", Write($"name: {_name}\n{definition}\n"));

    private string Write(string text, string name = "agent.yaml")
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
