using System.ComponentModel;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>.NET functions as tools.</summary>
public sealed class FunctionToolsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_method_with_the_attribute_is_a_tool_with_a_schema_of_its_parameters()
    {
        var tools = await ToolsOf(FunctionTools.Of(new Shop()));

        var find = tools.Single(tool => tool.Name == "find_order");
        Assert.Equal(("Finds an order.", false, null), (find.Description, find.HoldsApproval, find.Timeout));
        var parameters = find.Parameters.GetProperty("properties");
        Assert.Equal("Its number.", parameters.GetProperty("number").GetProperty("description").GetString());
        Assert.False(parameters.TryGetProperty("ct", out _));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"number":7,"isPaid":true}"""), (await CallAsync(find, """{"number":7}""")).Result));
    }

    [Fact]
    public async Task The_attribute_says_name_limit_and_approval()
    {
        var refund = (await ToolsOf(FunctionTools.Of(new Shop()))).Single(tool => tool.Name == "refund");

        Assert.Equal((true, TimeSpan.FromSeconds(5)), (refund.HoldsApproval, refund.Timeout));
        Assert.Equal("Done.", (await CallAsync(refund, "{}")).Result.GetString());
    }

    [Fact]
    public async Task Static_methods_need_no_object() => Assert.Equal(["twice"], (await ToolsOf(FunctionTools.Of<Numbers>())).Select(tool => tool.Name));

    [Fact]
    public void A_type_without_tools_says_what_to_write() =>
        Assert.Contains("[Tool(", Assert.Throws<ArgumentException>(() => FunctionTools.Of("text")).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_function_that_requires_approval_keeps_it()
    {
        var function = AIFunctionFactory.Create(() => 1, "one", "One.");

        var tools = await ToolsOf(FunctionTools.Of(function, new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => 2, "two", "Two."))));

        Assert.Equal([("one", false), ("two", true)], tools.Select(tool => (tool.Name, tool.HoldsApproval)));
        Assert.Equal("2", (await CallAsync(tools[1], "{}")).Result.GetRawText());
    }

    [Fact]
    public async Task A_function_may_answer_with_an_outcome_of_its_own()
    {
        var tool = (await ToolsOf(FunctionTools.Of("ask", "Asks.", () => new Question("Why?"))))[0];

        Assert.Equal("Why?", Assert.IsType<Question>(await CallAsync(tool, "{}")).Words);
    }

    private static async Task<IReadOnlyList<RuntimeTool>> ToolsOf(FunctionTools tools) => await tools.OpenAsync(null!, new ToolScene().Task, Ct);

    private static ValueTask<ToolOutcome> CallAsync(RuntimeTool tool, string arguments) => tool.InvokeAsync(new ToolInvocation("c", JsonElement.Parse(arguments), null!), Ct);

    private sealed record Order(int Number, bool IsPaid);

    private sealed class Shop
    {
        [Tool("Finds an order.")]
        internal static Task<Order> FindOrderAsync([Description("Its number.")] int number, CancellationToken ct) => Task.FromResult(new Order(number, !ct.IsCancellationRequested));

        [Tool("Gives money back.", Name = "refund", RequiresApproval = true, TimeoutSeconds = 5)]
        internal static void GiveBack()
        {
        }
    }

    private sealed class Numbers
    {
        [Tool("Doubles.")]
        internal static int Twice(int number) => number * 2;
    }
}
