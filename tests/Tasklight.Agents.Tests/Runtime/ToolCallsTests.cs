using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests.Session;

namespace Tasklight.Agents.Tests.Runtime;

/// <summary>Calls as a provider says them become calls with ids of their own.</summary>
public sealed class ToolCallsTests
{
    [Fact]
    public void An_id_that_comes_again_gets_the_number_of_the_step()
    {
        var session = new SessionBuilder().Turn("Hi").Calls(("call_0", "look", "{}")).Result("call_0", "x").Session;

        var calls = ToolCalls.Of([new("call_0", "look"), new("call_0", "look"), new("call_1", "look"), new("", "look")], session);

        Assert.Equal(["call_0_4", "call_0_5", "call_1", "call"], calls.Select(call => call.Id));
    }

    [Fact]
    public void Behind_a_summary_every_id_is_a_new_one()
    {
        var session = new SessionBuilder().Turn("Hi").Calls(("call_0", "look", "{}")).Result("call_0", "x").Summary("Hi", "Looked.").Session;

        Assert.Equal("call_0_5", Assert.Single(ToolCalls.Of([new("call_0", "look")], session)).Id);
    }

    [Fact]
    public void Broken_arguments_are_quoted_to_the_model_that_wrote_them()
    {
        var call = Assert.Single(ToolCalls.Of([ToolArguments.Read("c", "add", "{\"a\":1,")], new SessionBuilder().Session));

        Assert.NotNull(call.Problem);
        Assert.Equal("{\"a\":1,", call.Arguments.GetProperty("broken_arguments").GetString());
    }

    [Theory]
    [InlineData("""{"to":"Dana","to":"Mallory"}""")]
    [InlineData("""{"order":{"to":"Dana","to":"Mallory"}}""")]
    [InlineData("""{"list":[{"to":"Dana","to":"Mallory"}]}""")]
    [InlineData("""{"to":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"to":"a\u0000b"}""")]
    public void Arguments_that_an_approver_and_a_tool_could_read_differently_are_broken(string arguments)
    {
        var call = Assert.Single(ToolCalls.Of([ToolArguments.Read("c", "pay", arguments)], new SessionBuilder().Session));
        var ofOthers = new FunctionCallContent("c", "pay", JsonElement.Parse($$"""{"x":{{arguments}}}""").EnumerateObject().ToDictionary(pair => pair.Name, object? (pair) => pair.Value));

        Assert.NotNull(call.Problem);
        Assert.Equal(arguments, call.Arguments.GetProperty("broken_arguments").GetString());
        Assert.NotNull(Assert.Single(ToolCalls.Of([ofOthers], new SessionBuilder().Session)).Problem);
    }

    [Fact]
    public void Numbers_keep_the_way_they_were_written()
    {
        var call = Assert.Single(ToolCalls.Of([ToolArguments.Read("c", "pay", """{"amount":10.50,"n":1e3}""")], new SessionBuilder().Session));

        Assert.Equal("""{"amount":10.50,"n":1e3}""", call.Arguments.GetRawText());
    }
}
