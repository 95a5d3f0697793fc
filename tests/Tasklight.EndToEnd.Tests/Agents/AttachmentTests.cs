using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tests.Models;
using Tasklight.Protocol;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Files that come with a task reach the model: text in the prompt, images and PDFs as they are.</summary>
public sealed class AttachmentTests(SharedServer server)
{
    private static readonly byte[] Pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Text_is_in_the_prompt_and_images_and_pdfs_beside_it_in_later_turns_too()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text("A red pixel."), new ScriptedTurn().Text("Red, I said."));
        await using var scene = await AgentScene.StartAsync(server, model);
        var files = new[]
        {
            await UploadAsync(scene, "notes.txt", Encoding.UTF8.GetBytes("Look closely.")),
            await UploadAsync(scene, "pixel.png", Pixel),
            await UploadAsync(scene, "paper.pdf", "%PDF-1.4"u8.ToArray()),
        };

        var first = await scene.RunAsync("What is this?", request => request.Input = request.Input with { Files = files });
        await scene.RunAsync("Which colour?", request => request.Id = first.Id);

        var asked = model.Requests[0].Messages[1];
        Assert.Contains("Look closely.", asked.Text, StringComparison.Ordinal);
        foreach (var message in new[] { asked, model.Requests[1].Messages[1] })
        {
            var data = message.Contents.OfType<DataContent>().ToDictionary(content => content.MediaType, content => content.Data.ToArray(), StringComparer.Ordinal);
            Assert.Equal(Pixel, data["image/png"]);
            Assert.Equal("%PDF-1.4"u8.ToArray(), data["application/pdf"]);
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_fetched_is_named_and_handed_over_as_its_link()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text("I cannot see it."));
        await using var scene = await AgentScene.StartAsync(server, model);

        await scene.RunAsync("Look", request => request.Input = request.Input with { Files = ["http://127.0.0.1:1/secret.png", "http://127.0.0.1:1/secret.txt"] });

        var asked = model.Requests[0].Messages[1];
        Assert.Contains("Error:", asked.Text, StringComparison.Ordinal);
        Assert.Equal("http://127.0.0.1:1/secret.png", Assert.Single(asked.Contents.OfType<UriContent>()).Uri.ToString());
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_file_that_the_provider_refuses_is_named_and_does_not_end_the_task(bool alsoOne, int refusals)
    {
        var refusal = StubProvider.Status(400, """{"error":{"message":"You uploaded an unsupported image.","type":"invalid_request_error","code":"image_parse_error"}}""");
        await using var provider = await StubProvider.StartAsync([.. Enumerable.Repeat(refusal, refusals), StubProvider.Says("I see no lamp.")]);
        await using var scene = await AgentScene.CreateAsync(server, new JsonObject { ["llm_api_base"] = provider.Address.ToString(), ["llm_credentials"] = new JsonObject { ["name"] = "k", ["value"] = "k" } });
        scene.Work(new ModelProviders().Open);
        string[] files = ["http://127.0.0.1:1/gone.png", .. alsoOne ? [await UploadAsync(scene, "page.png", "<html>"u8.ToArray())] : Array.Empty<string>()];

        var ended = await scene.RunAsync("Look", request => request.Input = request.Input with { Files = files });

        Assert.Equal((AgentExecutionStatus.Completed, "I see no lamp.", refusals + 1), (ended.Status, ended.Result, provider.Requests.Count));
        Assert.Contains("image_url", provider.Requests[0].Body, StringComparison.Ordinal);
        Assert.DoesNotContain("image_url", provider.Requests[^1].Body, StringComparison.Ordinal);
        var read = provider.Requests[^1].Json.GetProperty("messages")[1].GetProperty("content").EnumerateArray().Select(part => part.GetProperty("text").GetString());
        Assert.Equal(files.Select(file => $"[File {file}, image/png: it cannot be loaded, or is not what it is called]"), read.Skip(1));
    }

    private static async Task<string> UploadAsync(AgentScene scene, string name, byte[] content)
    {
        var file = await new Tasklight.Sdk.Files(scene.Configuration).UploadAsync(new MemoryStream(content), name, ct: Ct);
        return file.Url;
    }
}
