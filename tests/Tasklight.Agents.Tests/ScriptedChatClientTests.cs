using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Tests;

public sealed class ScriptedChatClientTests
{
    [Fact]
    public async Task Turns_are_played_in_their_order_and_requests_remembered()
    {
        using var model = new ScriptedChatClient(
            new ScriptedTurn().Reasoning("hm").Call("add", """{"a":1}""", id: "1").Call("add", "not json", id: "2").Usage(7, 3),
            new ScriptedTurn().Text("do", "ne"));

        var first = await model.GetResponseAsync("go");
        var second = await model.GetResponseAsync("on");

        var calls = first.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["1", "2"], calls.Select(call => call.CallId));
        Assert.NotNull(calls[1].Exception);
        Assert.Equal(7, first.Usage?.InputTokenCount);
        Assert.Equal("done", second.Text);
        Assert.Equal(["go", "on"], model.Requests.Select(request => request.LastText));
        await Assert.ThrowsAsync<InvalidOperationException>(() => model.GetResponseAsync("more"));
    }
}
