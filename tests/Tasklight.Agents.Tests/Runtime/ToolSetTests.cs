using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests.Tools;
using Tasklight.Agents.Tools.Mcp;

namespace Tasklight.Agents.Tests.Runtime;

/// <summary>The tools of a run, from sources that may change.</summary>
public sealed class ToolSetTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tools_that_a_server_adds_and_takes_away_are_seen_at_the_next_turn()
    {
        await using var server = await McpDouble.StartAsync(McpDouble.Tool("old", () => ""), McpDouble.Tool("steady", () => ""));
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        var source = new McpTools(ToolScene.Open, TimeProvider.System);
        await using var tools = await ToolSet.OpenAsync([], [source], scene.Context, scene.Task, Ct);
        Assert.Equal("old, steady", tools.Names);
        await server.ListenedTo;

        server.Tools.Add(McpDouble.Tool("new", () => ""));
        server.Tools.Remove(server.Tools["old"]);

        await Eventually.HoldsAsync(
            async () =>
            {
                await tools.RefreshAsync(Ct);
                return tools.Names == "new, steady";
            },
            "both changes were told");
        Assert.Null(tools.Find("old"));
    }

    [Fact]
    public async Task A_tool_whose_schema_providers_refuse_is_shown_so_that_they_take_it_and_checked_as_it_is()
    {
        var odd = McpDouble.Tool("odd", () => "");
        odd.ProtocolTool.InputSchema = JsonElement.Parse("""{"type":"object","properties":{"a":{},"b":{}},"anyOf":[{"required":["a"]},{"required":["b"]}]}""");
        await using var server = await McpDouble.StartAsync(odd);
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        var source = new McpTools(ToolScene.Open, TimeProvider.System);
        await using var tools = await ToolSet.OpenAsync([], [source], scene.Context, scene.Task, Ct);

        var shown = Assert.IsAssignableFrom<AIFunctionDeclaration>(Assert.Single(tools.Declarations!));

        Assert.Equal("""{"type":"object","properties":{"a":{},"b":{}}}""", shown.JsonSchema.GetRawText());
        Assert.StartsWith("Does odd.\nThe arguments together must also fit this JSON Schema: {", shown.Description, StringComparison.Ordinal);
        Assert.NotEmpty(tools.Check(tools.Find("odd")!, JsonElement.Parse("{}")));
        Assert.Empty(tools.Check(tools.Find("odd")!, JsonElement.Parse("""{"b":1}""")));
    }
}
