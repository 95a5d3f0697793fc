using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Operations;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>HTTP operations of an agent's definition, against a real server that answers what it got.</summary>
public sealed class HttpOperationTests : IAsyncLifetime
{
    private const string Placed = """{"type":"object","properties":{"path_params":{"type":"object","properties":{"id":{"type":"string"}},"required":["id"]},"query_params":{"type":"object","properties":{"tag":{"type":"array"},"tenant":{"type":"string"}},"required":["tenant"]},"body_params":{"type":"object"},"headers":{"type":"object"}},"required":["path_params","query_params"]}""";

    private readonly WebApplication _server = Server();

    private string Root => _server.Urls.First();

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Arguments_go_to_their_places_with_the_payload_extension_over_them()
    {
        var scene = Scene(new AgentTool
        {
            Id = "op-1",
            Name = "save order",
            Method = "put",
            Url = $"{Root}/echo/{{id}}/lines?v=2",
            Parameters = JsonElement.Parse(Placed),
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer s3cret" },
        });
        scene.Fields.PayloadExtension = JsonElement.Parse("""{"query_params":{"tenant":"acme"},"body_params":{"by":"task"}}""");
        var tool = await ToolAsync(scene);

        var outcome = await scene.CallAsync(
            tool, """{"path_params":{"id":"a/b c"},"query_params":{"tag":["x","y"]},"body_params":{"n":1,"by":"model"},"headers":{"x-trace":"7","authorization":"mine","host":"evil"}}""");

        Assert.Equal(("save_order", "op-1"), (tool.Name, tool.OperationId));
        Assert.Equal("""["path_params"]""", tool.Parameters.GetProperty("required").GetRawText());
        Assert.False(outcome.IsError);
        Assert.Equal(
            """PUT /echo/a%2Fb%20c/lines?v=2&tag=x&tag=y&tenant=acme auth=Bearer s3cret trace=7 key=task-1/call-1 host=True type=application/json body={"n":1,"by":"task"}""",
            outcome.Result.GetString());
    }

    [Fact]
    public async Task Flat_arguments_find_their_places()
    {
        const string Schema = """{"type":"object","properties":{"id":{"type":"integer"},"q":{"type":"string"}}}""";
        var get = Scene(new AgentTool { Id = "g", Name = "g", Method = "GET", Url = $"{Root}/echo/{{id}}", Parameters = JsonElement.Parse(Schema) });
        var post = Scene(new AgentTool { Id = "p", Name = "p", Method = "POST", Url = $"{Root}/echo/{{id}}", Parameters = JsonElement.Parse(Schema) });
        post.Fields.PayloadExtension = JsonElement.Parse("""{"tenant":"acme"}""");

        var got = await get.CallAsync(await ToolAsync(get), """{"id":5,"q":"a&b"}""");
        var posted = await post.CallAsync(await ToolAsync(post), """{"id":5,"q":"a&b"}""");

        Assert.StartsWith("GET /echo/5?q=a%26b auth= trace= key= ", got.Result.GetString(), StringComparison.Ordinal);
        Assert.EndsWith("""body={"q":"a&b","tenant":"acme"}""", posted.Result.GetString()!.Replace("\\u0026", "&", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"path_params":{"id":".."}}""")]
    [InlineData("""{"path_params":{"id":""}}""")]
    public async Task A_path_without_its_value_or_with_a_way_up_is_not_called(string arguments)
    {
        var scene = Scene(new AgentTool { Id = "g", Name = "g", Url = $"{Root}/echo/{{id}}", Parameters = JsonElement.Parse(Placed) });

        var outcome = await scene.CallAsync(await ToolAsync(scene), arguments);

        Assert.Equal(("The operation needs a value for 'id' in path_params.", true), (outcome.Result.GetString(), outcome.IsError));
    }

    [Theory]
    [InlineData("""{"path_params":{"id":"1"},"headers":{"a b":"c"}}""", "'a b' in headers cannot be sent as a header.")]
    [InlineData("""{"path_params":{"id":"1"},"headers":{"x-a":"b\r\nx-c: d"}}""", "'x-a' in headers cannot be sent as a header.")]
    [InlineData("""{"path_params":{"id":null}}""", "The operation needs a value for 'id' in path_params.")]
    public async Task What_cannot_be_sent_is_said_and_nothing_is_called(string arguments, string sentence)
    {
        var scene = Scene(new AgentTool { Id = "g", Name = "g", Url = $"{Root}/echo/{{id}}", Parameters = JsonElement.Parse(Placed) });

        var outcome = await scene.CallAsync(await ToolAsync(scene), arguments);

        Assert.Equal((sentence, true), (outcome.Result.GetString(), outcome.IsError));
    }

    [Fact]
    public async Task Values_that_make_no_address_are_said()
    {
        var scene = Scene(new AgentTool { Id = "g", Name = "g", Url = "http://{id}/echo", Parameters = JsonElement.Parse(Placed) });

        var outcome = await scene.CallAsync(await ToolAsync(scene), """{"path_params":{"id":"a b"}}""");

        Assert.Equal(("The values in path_params make no address of http://{id}/echo.", true), (outcome.Result.GetString(), outcome.IsError));
    }

    [Theory]
    [InlineData("json", """{"a":[1]}""", false)]
    [InlineData("nothing", "\"Done (204 No Content).\"", false)]
    [InlineData("picture", "\"[image/png, 3 bytes, not shown]\"", false)]
    [InlineData("missing", "\"404 Not Found: There is no such order.\"", true)]
    [InlineData("moved", "\"302 Found: the operation has moved to https://elsewhere.example/, and redirects are not followed: its definition must name that address.\"", true)]
    [InlineData("large", "\"The answer is larger than 100000 bytes and was not read: ask for less.\"", true)]
    public async Task Answers_are_read_by_the_model(string path, string result, bool isError)
    {
        var scene = Scene(new AgentTool { Id = "g", Name = "g", Method = "GET", Url = $"{Root}/{path}" });

        var outcome = await scene.CallAsync(await ToolAsync(scene));

        Assert.Equal((result, isError), (outcome.Result.GetRawText(), outcome.IsError));
    }

    [Fact]
    public async Task Private_addresses_are_refused_unless_let_through()
    {
        var scene = Scene(new AgentTool { Id = "g", Name = "g", Method = "GET", Url = $"{Root}/json" });
        await using var source = new HttpOperationTools(new ToolAccess());

        var outcome = await scene.CallAsync((await scene.OpenAsync(source)).Single());

        Assert.True(outcome.IsError);
        Assert.Contains("127.0.0.1 is at a private or local address, and tools", outcome.Result.GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_without_a_web_address_is_refused()
    {
        var scene = Scene(new AgentTool { Id = "g", Name = "g", Url = "file:///etc/passwd" });
        await using var source = new HttpOperationTools(ToolScene.Open);

        var refusal = await Assert.ThrowsAsync<ToolSetupException>(async () => await scene.OpenAsync(source));

        Assert.Equal("The url of tool 'g', 'file:///etc/passwd', is not an http or https address.", refusal.Message);
    }

    private static ToolScene Scene(AgentTool tool)
    {
        var scene = new ToolScene();
        scene.Agent.Tools = [tool];
        return scene;
    }

    private static async Task<RuntimeTool> ToolAsync(ToolScene scene)
    {
        await using var source = new HttpOperationTools(new ToolAccess { AllowPrivateAddresses = true, LargestAnswer = 100_000 });
        return (await scene.OpenAsync(source)).Single();
    }

    private static WebApplication Server()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/json", () => Results.Json(new { a = new[] { 1 } }));
        app.MapGet("/nothing", () => Results.NoContent());
        app.MapGet("/picture", () => Results.Bytes([1, 2, 3], "image/png"));
        app.MapGet("/missing", () => Results.Text("There is no such order.", statusCode: 404));
        app.MapGet("/moved", () => Results.Redirect("https://elsewhere.example/"));
        app.MapGet("/large", () => Results.Text(new string('x', 200_000)));
        app.MapFallback(EchoAsync);
        return app;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var (request, headers) = (context.Request, context.Request.Headers);
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        await context.Response.WriteAsync(
            $"{request.Method} {target} auth={headers.Authorization} trace={headers["x-trace"]} key={headers["Idempotency-Key"]} host={request.Host.Host == "127.0.0.1"} type={request.ContentType} body={await reader.ReadToEndAsync()}");
    }
}
