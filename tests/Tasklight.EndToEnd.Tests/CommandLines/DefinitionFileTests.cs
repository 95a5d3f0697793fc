using Tasklight.Cli.Definitions;
using Tasklight.Protocol;

namespace Tasklight.EndToEnd.Tests.CommandLines;

/// <summary>Agents in YAML: what they come to, and what is said of mistakes.</summary>
public sealed class DefinitionFileTests
{
    [Fact]
    public void An_agent_may_be_written_short()
    {
        var agent = Assert.Single(Read(
            """
            name: clerk
            model: openrouter/meta/llama-3
            instructions: Be kind.
            tools:
              - name: look_up
                url: https://example.com/{id}
            mcp_servers:
              - name: files
                command: node server.js
              - name: maps
                url: https://maps.example.com
                headers: { Authorization: "Bearer ${TOKEN}" }
            sub_agents: [writer]
            max_attempts: 5
            llm_settings: { temperature: 0.5 }
            """));

        var fields = agent.Fields;
        Assert.Equal(("clerk", "openrouter", "meta/llama-3", "Be kind.", 5), (agent.Name, fields.ModelProvider.Value, fields.ModelName.Value, fields.Instructions.Value!.General, fields.MaxAttempts.Value));
        var tool = Assert.Single(fields.Tools.Value!);
        Assert.Equal(("look_up", "GET"), (tool.Id, tool.Method));
        var servers = fields.Graph.Value!.Select(node => node.Settings!.McpSettings!).ToList();
        Assert.Equal((MCPServerType.Local, MCPServerTransport.Stdio), (servers[0].Type, servers[0].Transport));
        Assert.Equal("Bearer secret", servers[1].Headers["Authorization"]);
        Assert.Equal(["writer"], agent.SubAgents);
    }

    [Fact]
    public void A_file_may_hold_several_agents_as_documents_or_as_a_list()
    {
        Assert.Equal(["a", "b"], Read("name: a\n---\nname: b\n").Select(agent => agent.Name));
        Assert.Equal(["a", "b"], Read("agents:\n  - name: a\n  - name: b\n").Select(agent => agent.Name));
    }

    [Fact]
    public void Words_in_quotes_are_texts_and_the_text_of_instructions_is_never_expanded()
    {
        var fields = Assert.Single(Read("name: \"7\"\ndescription: '${TOKEN}'\ninstructions: \"Say ${TOKEN} and true\"\n")).Fields;

        Assert.Equal(("7", "secret", "Say ${TOKEN} and true"), (fields.Name.Value, fields.Description.Value, fields.Instructions.Value!.General));
    }

    [Theory]
    [InlineData("name: a\nmodell: openai/gpt-5\n", "agent.yaml:2:1: modell: There is no such field; did you mean model?")]
    [InlineData("name: a\ntools:\n  - name: t\n    urll: x\n", "agent.yaml:4:5: tools[0].urll: There is no such field; did you mean url?")]
    [InlineData("name: a\nllm_settings:\n  own: 1\n  temprature: 1\n", "agent.yaml:4:3: llm_settings.temprature: There is no such setting; did you mean temperature?")]
    [InlineData("name: a\nmax_concurrency: 0\n", "agent.yaml:2:1: max_concurrency: 0 is less than 1.")]
    [InlineData("name: a\noutput_schema:\n  type: object\n  properties:\n    n: { type: objct }\n", "agent.yaml:5:10: output_schema.properties.n.type: Not a JSON Schema:")]
    [InlineData("name: a\ntools:\n  - name: t\n    parameters:\n      $ref: '#/nowhere'\n", "agent.yaml:4:5: tools[0].parameters: Not a JSON Schema: '#/nowhere'")]
    [InlineData("name: a\nmodel: gpt-5\n", "agent.yaml:2:1: model: Expected provider/name, for instance openai/gpt-5.")]
    [InlineData("description: a\n", "agent.yaml:1:1: name: ")]
    [InlineData("name: a\nllm_settings:\n  temperature: 3\n", "agent.yaml:3:3: llm_settings.temperature: ")]
    [InlineData("name: a\nmax_concurrency: many\n", "agent.yaml:2:1: max_concurrency: ")]
    [InlineData("name: a\nstatus: SLEEPY\n", "agent.yaml:2:1: status: 'SLEEPY' is not one of: ")]
    [InlineData("name: a\nmcp_servers:\n  - url: https://x\n", "agent.yaml:3:5: mcp_servers[0]: Expected a server with a name.")]
    [InlineData("name: a\nmodel: openai/gpt-5\nmodel_name: gpt-4o\n", "agent.yaml:2:1: model: Short for model_provider and model_name: give it, or these two.")]
    [InlineData("name: a\nmcp_servers:\n  - name: x\n", "agent.yaml:3:5: mcp_servers[0].url: Expected an http or https address, such as https://mcp.example.com, or a command instead.")]
    [InlineData("name: a\nmcp_servers:\n  - name: x\n    url: ftp://x\n", "agent.yaml:4:5: mcp_servers[0].url: Expected an http or https address,")]
    [InlineData("name: a\nmcp_servers:\n  - name: x\n    transport: stdio\n", "agent.yaml:3:5: mcp_servers[0].command: Field required")]
    [InlineData("name: a\ntools:\n  - name: x\n  - name: y\n  - name: x\n", "agent.yaml:5:5: tools[2].id: There is a tool 'x' already.")]
    [InlineData("name: a\nmcp_servers:\n  - name: x\n    transport: pigeon\n", "agent.yaml:4:5: mcp_servers[0].transport: ")]
    [InlineData("name: a\ndescription: ${NOT_THERE}\n", "agent.yaml:2:14: description: The environment variable NOT_THERE is not set.")]
    [InlineData("name: [a\n", "agent.yaml:2:1: ")]
    [InlineData("name: a\nname: b\n", "agent.yaml:2:1: Duplicate key")]
    [InlineData("", "agent.yaml:1:1: There is no agent in this file.")]
    [InlineData("- a\n", "agent.yaml:1:1: Expected an agent")]
    [InlineData("name: a\nbudget:\n  max_tokens: 0\n", "agent.yaml:3:3: budget.max_tokens: ")]
    [InlineData("name: a\napprovals:\n  - tool: x\n    required: 0\n", "agent.yaml:4:5: approvals[0].required: ")]
    public void A_mistake_is_told_with_line_column_and_field(string text, string told)
    {
        var problem = Assert.Throws<DefinitionException>(() => Read(text));

        Assert.StartsWith(told, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var problem = Assert.Throws<DefinitionException>(() => Read("name: a\nmodell: x\n---\nname: b\nmodel: y\n"));

        Assert.Equal([2L, 5L], problem.Errors.Select(error => error.At.Line));
        var unreadable = Assert.Throws<DefinitionException>(() => Read("name: [a]\nmax_concurrency: many\noutput_format: yaml\nllm_settings: { temperature: 3 }\n"));
        Assert.Equal([1L, 2L, 3L, 4L], unreadable.Errors.Select(error => error.At.Line));
    }

    [Fact]
    public void A_variable_that_is_not_set_is_told_once_for_its_field()
    {
        var problem = Assert.Throws<DefinitionException>(() => Read("name: a\ntools:\n  - name: t\n    url: ${NOT_THERE}\n  - name: u\n    url: nowhere\n"));

        Assert.Equal([(4L, "The environment variable NOT_THERE is not set."), (6L, "Expected an http or https address, such as https://api.example.com/orders/{id}.")], problem.Errors.Select(error => (error.At.Line, error.Message)));
    }

    [Fact]
    public void What_is_nested_without_end_is_a_mistake_and_no_crash()
    {
        Assert.ThrowsAny<DefinitionException>(() => Read("name: a\nllm_settings: &x\n  again: *x\n"));
        Assert.ThrowsAny<DefinitionException>(() => Read("name: a\nllm_settings: " + new string('[', 200) + new string(']', 200)));
    }

    private static IReadOnlyList<AgentDefinition> Read(string text)
    {
        using var reader = new StringReader(text);
        return DefinitionFile.Read("agent.yaml", reader, name => name == "TOKEN" ? "secret" : null);
    }
}
