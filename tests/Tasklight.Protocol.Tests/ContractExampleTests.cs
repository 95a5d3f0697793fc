using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Protocol.Tests;

/// <summary>Every example of the contract is read as its type and written again: nothing in it may get lost or change its meaning.</summary>
public sealed class ContractExampleTests
{
    private static readonly Dictionary<string, JsonObject> Examples = Load();

    private static readonly string[] OnlyText = ["sse-keepalive"];

    public static TheoryData<string> Names => [.. Examples.Keys.Except(OnlyText)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_lost_between_reading_and_writing(string name)
    {
        var checkedParts = 0;
        foreach (var (json, type) in Parts(name))
        {
            var written = Rewrite(json, type);

            AssertHolds(json, JsonNode.Parse(written), name);
            Assert.Equal(written, Rewrite(JsonNode.Parse(written)!, type));
            checkedParts++;
        }

        Assert.True(checkedParts > 0, $"{name} has nothing to check");
    }

    [Theory]
    [InlineData("create-task-request")]
    [InlineData("report-external-task")]
    [InlineData("report-metrics-request")]
    [InlineData("push-events-request")]
    [InlineData("worker-heartbeat")]
    [InlineData("worker-capacity")]
    public void Requests_pass_their_own_rules(string name)
    {
        var body = Examples[name]["request"]!["body"]!.ToJsonString();

        Assert.Empty(name switch
        {
            "create-task-request" => Wire.Parse(body, ProtocolJson.Default.CreateTaskRequest).Errors,
            "report-external-task" => Wire.Parse(body, ProtocolJson.Default.ReportTaskRequest).Errors,
            "report-metrics-request" => Wire.Parse(body, ProtocolJson.Default.ExecutionMetricsReport).Errors,
            "push-events-request" => Wire.Parse(body, ProtocolJson.Default.IReadOnlyListTaskUpdateEvent).Errors,
            _ => Wire.Parse(body, ProtocolJson.Default.WorkerEvent).Errors,
        });
    }

    [Fact]
    public void The_artefacts_of_a_save_are_read_as_what_they_stand_for()
    {
        var patch = Wire.Patch(Examples["save-artefacts-request"]["request"]!["body"]!.ToJsonString());

        Assert.True(patch.IsFullObject);
        Assert.False(patch.IsStatusOnly);
        Assert.Equal(AgentExecutionStatus.Paused, patch.Status.Value);
        Assert.True(patch.ExpectedOutput is { IsSet: true, Value: null });
        Assert.False(patch.Title.IsSet);
        Assert.Empty(patch.McpServers.Value);
        Assert.Empty(patch.Ignored);
    }

    [Fact]
    public void A_written_task_has_the_keys_of_the_contract_and_never_configuration()
    {
        var example = Examples["create-task-response"]["response"]!["body"]!;
        var written = JsonNode.Parse(Rewrite(example, ProtocolJson.Default.AgentTaskFields))!.AsObject();

        Assert.Empty(example.AsObject().Select(pair => pair.Key).Except(written.Select(pair => pair.Key)));
        Assert.Equal(
            ["attempt", "not_before", "priority", "run_locally", "updated_at"],
            written.Select(pair => pair.Key).Except(example.AsObject().Select(pair => pair.Key)).Order());
    }

    // Reads by the type the example was checked against; a body and the text of a frame are the same thing twice.
    private static IEnumerable<(JsonNode Json, JsonTypeInfo Type)> Parts(string name)
    {
        var example = Examples[name];
        if (example["request"]?["body"] is { } request)
        {
            yield return (name.StartsWith("save-", StringComparison.Ordinal) ? Usable(request) : request, RequestType(name));
        }

        if (example["response"]?["body"] is { } response)
        {
            yield return (response, ResponseType(name, (string?)example["checked_against"]));
        }

        if (example["event"] is { } @event)
        {
            var type = ResponseType(name, (string?)example["checked_against"]);
            yield return (@event, type);
            yield return (JsonNode.Parse(((string)example["sse"]!).Split("data: ")[1])!, type);
            if (DataType(name) is { } dataType)
            {
                yield return (@event["data"]!, dataType);
            }
        }
    }

    private static JsonTypeInfo RequestType(string name) => name switch
    {
        "create-task-request" => ProtocolJson.Default.CreateTaskRequest,
        "rest-invoke-sync" => ProtocolJson.Default.InvokeRequest,
        "save-artefacts-request" or "update-task-request" => ProtocolJson.Default.TaskPatch,
        "update-task-payload-extension" => ProtocolJson.Default.UpdateTaskRequest,
        "report-external-task" => ProtocolJson.Default.ReportTaskRequest,
        "report-metrics-request" => ProtocolJson.Default.ExecutionMetricsReport,
        "push-events-request" => ProtocolJson.Default.IReadOnlyListTaskUpdateEvent,
        "worker-heartbeat" or "worker-capacity" => ProtocolJson.Default.WorkerEvent,
        _ => throw new NotSupportedException($"The request of example '{name}' is not covered."),
    };

    private static JsonTypeInfo ResponseType(string name, string? checkedAgainst) => (checkedAgainst, name) switch
    {
        ("Task", _) => ProtocolJson.Default.AgentTaskFields,
        ("TasksListItem[]", _) => ProtocolJson.Default.IReadOnlyListTasksListItem,
        ("TaskUpdateEvent", _) => ProtocolJson.Default.TaskUpdateEvent,
        ("DeployedAsset", _) => ProtocolJson.Default.DeployedAsset,
        ("WorkerEnvironmentConflict", _) => ProtocolJson.Default.WorkerEnvironmentConflict,
        ("AgentActivityThread", _) => ProtocolJson.Default.AgentActivityThread,
        ("AgentsListItem[]", _) => ProtocolJson.Default.IReadOnlyListAgentsListItem,
        ("Agent", _) => ProtocolJson.Default.AgentFields,
        (_, "rest-list-tasks") => ProtocolJson.Default.PageTasksListItem,
        (_, "rest-thread-full") => ProtocolJson.Default.IReadOnlyDictionaryStringIReadOnlyListThreadMessage,
        (_, "error-not-found" or "error-forbidden" or "rest-validation-error") => ProtocolJson.Default.ErrorBody,
        _ => throw new NotSupportedException($"The answer of example '{name}' is not covered."),
    };

    private static JsonTypeInfo? DataType(string name) => name switch
    {
        "sse-task-created" or "sse-task-finished" => ProtocolJson.Default.AgentTaskFields,
        "sse-tool-call-request" or "sse-think" => ProtocolJson.Default.ToolCallRequest,
        "sse-tool-call-result" => ProtocolJson.Default.ToolCallResult,
        "sse-plan-updated" => ProtocolJson.Default.DeepPlanning,
        "sse-auth-event" => ProtocolJson.Default.MCPOAuthGetTokenResponse,
        "sse-compactization" => ProtocolJson.Default.TaskCompactizationEvent,
        _ => null,
    };

    // What a patch takes from a whole task; the rest belongs to the server or means nothing as null.
    private static JsonObject Usable(JsonNode body)
    {
        string[] kept =
        [
            "status", "result", "internal_status", "last_executed_node_id", "payload_extension", "additional_context", "instructions_override",
            "output_format", "output_schema", "voice_id", "source", "think_mode", "disable_attachment_injection", "return_metrics", "used_tools",
            "duration", "execution_attempts", "hitl_request", "pending_eca_request",
        ];
        return new JsonObject(body.AsObject().Where(pair => kept.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
    }

    private static string Rewrite(JsonNode json, JsonTypeInfo type) => JsonSerializer.Serialize(JsonSerializer.Deserialize(json.ToJsonString(), type), type);

    private static void AssertHolds(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject keys:
                foreach (var (key, value) in keys)
                {
                    Assert.True(actual!.AsObject().ContainsKey(key), $"{path}.{key} is lost");
                    AssertHolds(value, actual[key], $"{path}.{key}");
                }

                break;
            case JsonArray items:
                Assert.Equal(items.Count, actual!.AsArray().Count);
                for (var index = 0; index < items.Count; index++)
                {
                    AssertHolds(items[index], actual[index], $"{path}[{index}]");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual) || IsSameTime(expected, actual), $"{path}: {expected?.ToJsonString()} became {actual?.ToJsonString()}");
                break;
        }
    }

    private static bool IsSameTime(JsonNode? expected, JsonNode? actual) =>
        (expected?.GetValueKind(), actual?.GetValueKind()) == (JsonValueKind.String, JsonValueKind.String)
        && WireTime.TryParse((string?)expected, out var before) && WireTime.TryParse((string?)actual, out var after) && before == after;

    private static Dictionary<string, JsonObject> Load()
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "contract", "examples.json")))!;
        return file["examples"]!.AsArray().ToDictionary(example => (string)example!["name"]!, example => example!.AsObject(), StringComparer.Ordinal);
    }
}
