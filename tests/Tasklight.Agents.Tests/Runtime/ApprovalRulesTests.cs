using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests.Tools;
using Tasklight.Agents.Tools.Mcp;
using Tasklight.Agents.Tools.Operations;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tests.Runtime;

/// <summary>A rule covers a tool by whatever name people know it, so that no other spelling gets past it.</summary>
public sealed class ApprovalRulesTests
{
    [Theory]
    [InlineData("Pay out", "pay_out", true)]
    [InlineData("Pay out", "Pay out", true)]
    [InlineData("Pay out", "PAY*", true)]
    [InlineData("Überweisen", "überweisen", true)]
    [InlineData("Überweisen", "op-0", true)]
    [InlineData("Pay out", "pay", false)]
    public async Task An_operations_name_in_the_definition_counts_as_the_one_the_model_calls_it_by(string name, string rule, bool isCovered)
    {
        var scene = new ToolScene();
        scene.Agent.Tools = [new AgentTool { Id = "op-0", Name = name, Url = "https://shop.example/pay" }];
        scene.Agent.Approvals = [new AgentApprovalRule { Tool = rule }];
        await using var source = new HttpOperationTools(ToolScene.Open);

        Assert.Equal(isCovered, ApprovalRules.Of(scene.Context.Agent).For(Assert.Single(await scene.OpenAsync(source))) is not null);
        Assert.Equal(isCovered, ApprovalRules.Cover(scene.Agent, scene.Agent.Tools[0]));
    }

    [Fact]
    public async Task Of_two_operations_with_one_name_both_are_covered()
    {
        var scene = new ToolScene();
        scene.Agent.Tools = [.. new[] { "one", "two" }.Select(id => new AgentTool { Id = id, Name = "pay", Url = "https://shop.example/pay" })];
        scene.Agent.Approvals = [new AgentApprovalRule { Tool = "pay" }];
        await using var source = new HttpOperationTools(ToolScene.Open);
        var rules = ApprovalRules.Of(scene.Context.Agent);

        Assert.All(await scene.OpenAsync(source), tool => Assert.NotNull(rules.For(tool)));
    }

    [Fact]
    public async Task A_servers_tool_is_covered_by_its_whole_name_though_the_other_server_of_that_name_is_away()
    {
        await using var two = await McpDouble.StartAsync(McpDouble.Tool("pay", () => "paid"));
        var scene = new ToolScene().With(new() { Name = "one", Url = "http://127.0.0.1:9/mcp" }).With(new() { Name = "two", Url = two.Address });
        scene.Agent.Approvals = [new AgentApprovalRule { Tool = "two_pay" }];
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tool = Assert.Single(await scene.OpenAsync(source), tool => tool.OperationId == "pay");

        Assert.Equal("pay", tool.Name);
        Assert.NotNull(ApprovalRules.Of(scene.Context.Agent).For(tool));
    }
}
