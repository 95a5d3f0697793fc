using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tasklight.Protocol;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>Schemas of what our own JSON converters write, which reflection cannot see: words, times, closed lists.</summary>
sealed class WireSchemas : IOpenApiSchemaTransformer
{
    // What a request cannot do without.
    static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(CreateTaskRequest)] = ["input"],
        [typeof(InvokeRequest)] = ["input"],
        [typeof(User)] = ["email"],
        [typeof(CreateApprovalRequest)] = ["task_id", "wait_node_id"],
        [typeof(ExecutionMetricsReport)] = ["execution_id"],
        [typeof(CreateAgentRequest)] = ["name"],
        [typeof(AppendSessionRequest)] = ["steps"],
        [typeof(HumanInTheLoopRequest)] = ["wait_node_id"],
        [typeof(PendingECARequest)] = ["connector_name", "auth_url"],
    };

    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (Required.TryGetValue(type, out var required))
        {
            schema.Required = required.ToHashSet();
        }

        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare.IsEnum)
        {
            DescribeWords(schema, bare, isNullable: bare != type);
        }
        else if (bare == typeof(DateTimeOffset))
        {
            schema.Type = bare == type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if (context.JsonPropertyInfo is { Name: "reason" } property && property.DeclaringType == typeof(WhyAnswer))
        {
            schema.Enum = [.. WaitReasons.All.Select(static reason => (JsonNode)reason)];
        }
        else if (bare == typeof(ErrorBody))
        {
            DescribeError(schema);
        }
        else if (bare == typeof(TaskPatch))
        {
            await DescribeUpdateAsync(schema, context, typeof(AgentTaskFields), cancellationToken);
        }
        else if (typeof(UpdateAgentRequest).IsAssignableFrom(bare))
        {
            await DescribeUpdateAsync(schema, context, typeof(AgentFields), cancellationToken);
        }
    }

    // An update is read by presence; its fields are those of the whole that it may set.
    static async Task DescribeUpdateAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, Type whole, CancellationToken cancellationToken)
    {
        var full = await context.GetOrCreateSchemaAsync(whole, null, cancellationToken);
        var settable = context.JsonTypeInfo.Type.GetProperties().Select(static property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)).ToHashSet();
        schema.Type = JsonSchemaType.Object;
        schema.Properties = full.Properties?.Where(property => settable.Contains(property.Key)).ToDictionary();
    }

    static void DescribeWords(OpenApiSchema schema, Type type, bool isNullable)
    {
        schema.Type = isNullable ? JsonSchemaType.String | JsonSchemaType.Null : JsonSchemaType.String;
        schema.Enum = [.. Enum.GetValuesAsUnderlyingType(type).Cast<object>().Select(number => Word(type, number))];
    }

    static JsonNode Word(Type type, object number)
    {
        var value = Enum.ToObject(type, number);
        return ProtocolJson.Default.GetTypeInfo(type) is { } info
            ? JsonSerializer.SerializeToNode(value, info)!
            : JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!);
    }

    static void DescribeError(OpenApiSchema schema)
    {
        var field = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["loc"] = new OpenApiSchema { Type = JsonSchemaType.Array, Description = "body, query or header first, then keys and positions.", Items = new OpenApiSchema() },
                ["msg"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "What was found, what is allowed." },
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A stable word." },
            },
        };
        schema.Type = JsonSchemaType.Object;
        schema.Required = new HashSet<string> { "detail" };
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["detail"] = new OpenApiSchema
            {
                Description = "A sentence; for wrong fields, one entry a field.",
                OneOf = [new OpenApiSchema { Type = JsonSchemaType.String }, new OpenApiSchema { Type = JsonSchemaType.Array, Items = field }],
            },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "A stable word for programs." },
        };
    }
}
