using System.Net;
using System.Text.Json.Nodes;
using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Api;

public sealed class OpenApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Every_operation_has_a_name_a_summary_and_answers()
    {
        var operations = await OperationsAsync();

        Assert.True(operations.Count > 60, $"{operations.Count} operations");
        Assert.Empty(operations.Where(operation => operation["operationId"] is null || operation["summary"] is null || operation["responses"]!.AsObject().Count == 0)
            .Select(operation => operation.ToJsonString()));
        Assert.Equal(operations.Count, operations.Select(operation => operation["operationId"]!.ToString()).Distinct().Count());
    }

    [Fact]
    public async Task Every_operation_that_is_served_can_succeed()
    {
        var silent = (await OperationsAsync()).Where(operation => operation["tags"]![0]!.ToString() != "Not served" && !operation["responses"]!.AsObject().Any(answer => answer.Key[0] == '2'));

        Assert.Empty(silent.Select(operation => operation["operationId"]!.ToString()));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        var schemas = document["components"]!["schemas"]!.AsObject();

        const string Start = "#/components/schemas/";
        var wanted = document.ToJsonString().Split(Start).Skip(1).Select(rest => rest[..rest.IndexOf('"')]).Distinct();

        Assert.All(wanted, name => Assert.True(schemas.ContainsKey(name), name));
    }

    [Fact]
    public async Task The_closed_lists_are_named()
    {
        var document = await DocumentAsync();
        var schemas = document["components"]!["schemas"]!;

        Assert.Equal(["pending", "executing", "paused", "completed", "error", "failed", "stopped"], Words(schemas["AgentExecutionStatus"]!));
        Assert.Equal(WaitReasons.All, Words(schemas["WhyAnswer"]!["properties"]!["reason"]!));
        Assert.Equal("3.1.1", document["openapi"]!.ToString());
        Assert.Equal("x-api-key", document["components"]!["securitySchemes"]!["ApiKey"]!["name"]!.ToString());
        Assert.DoesNotContain("(contract:", document.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/docs", "text/html")]
    [InlineData("/docs/docs.js", "text/javascript")]
    [InlineData("/docs/samples.js", "text/javascript")]
    [InlineData("/docs/docs.css", "text/css")]
    [InlineData("/docs/icon.svg", "image/svg+xml")]
    public async Task The_page_is_served_without_a_key_and_may_load_nothing_from_elsewhere(string path, string type)
    {
        using var client = server.Server.NewClient(key: null);

        var page = (await ApiServer.SendAsync(client, "GET", path, null, null)).Is(HttpStatusCode.OK);

        Assert.Equal(type, page.MediaType);
        Assert.Contains("default-src 'none'; script-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
    }

    static IEnumerable<string> Words(JsonNode schema) => schema["enum"]!.AsArray().Select(word => word!.ToString());

    async Task<JsonNode> DocumentAsync() => (await server.GetAsync("/openapi/v1.json")).Is(HttpStatusCode.OK).Json;

    async Task<List<JsonNode>> OperationsAsync()
    {
        var document = await DocumentAsync();
        return [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(item => item.Value!)];
    }
}
