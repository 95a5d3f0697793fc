using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Scope = Tasklight.Server.Access.Scope;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>Says of each operation what holds for many: its key and scope, its refusals, the idempotency key, words for its parameters.</summary>
sealed class OperationDetails : IOpenApiOperationTransformer
{
    const string ErrorSchema = "Error";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var failures = metadata.OfType<FailureDoc>().SelectMany(static doc => doc.Statuses).ToHashSet();
        if (failures.Count > 0 && !metadata.OfType<Microsoft.AspNetCore.Http.Metadata.IProducesResponseTypeMetadata>().Any())
        {
            operation.Responses?.Clear();
        }

        DescribeParameters(operation, metadata);
        if (metadata.OfType<RequiredScope>().LastOrDefault() is { } required)
        {
            DescribeAccess(operation, context, required);
            failures.UnionWith([401, 403]);
        }

        await AddFailuresAsync(operation, context, failures, cancellationToken);
        if (context.Description.HttpMethod is "POST" or "PATCH" or "DELETE" && metadata.OfType<RequiredScope>().Any())
        {
            AddIdempotencyKey(operation);
        }
    }

    static void DescribeParameters(OpenApiOperation operation, IList<object> metadata)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            parameter.Description ??= metadata.OfType<ParameterDoc>().FirstOrDefault(doc => doc.Name == parameter.Name)?.Description;
        }
    }

    static void DescribeAccess(OpenApiOperation operation, OpenApiOperationTransformerContext context, RequiredScope required)
    {
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DocumentDetails.KeyScheme, context.Document)] = [] }];
        var scope = $"Needs a key with scope `{ScopeText(required.Scope)}`.";
        operation.Description = string.IsNullOrEmpty(operation.Description) ? scope : $"{operation.Description} {scope}";
    }

    static string ScopeText(Scope scope) => string.Join("` or `", scope.ToString().Split(", ").Select(static name => name switch
    {
        nameof(Scope.TasksRead) => "tasks:read",
        nameof(Scope.TasksWrite) => "tasks:write",
        nameof(Scope.Worker) => "worker",
        nameof(Scope.AgentsWrite) => "agents:write",
        nameof(Scope.Approve) => "approve",
        nameof(Scope.Admin) => "admin",
        var other => other,
    }));

    static async Task AddFailuresAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, HashSet<int> failures, CancellationToken cancellationToken)
    {
        if (failures.Count == 0 || context.Document is not { } document)
        {
            return;
        }

        if (document.Components?.Schemas?.ContainsKey(ErrorSchema) != true)
        {
            document.AddComponent(ErrorSchema, await context.GetOrCreateSchemaAsync(typeof(ErrorBody), null, cancellationToken));
        }

        operation.Responses ??= [];
        foreach (var status in failures.Order())
        {
            operation.Responses[status.ToString()] = new OpenApiResponse
            {
                Description = Meaning(status),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Answers.JsonType] = new() { Schema = new OpenApiSchemaReference(ErrorSchema, document) },
                },
            };
        }
    }

    static string Meaning(int status) => status switch
    {
        400 => "The body is no JSON, or something required is missing.",
        401 => "No key, or (below /v1) an unknown one.",
        403 => "The key lacks the scope, or is not of this organization.",
        404 => "There is no such thing in this organization.",
        409 => "The present state does not allow it; `code` says what is in the way.",
        413 => "The body is too large.",
        415 => "The body is of a kind that this route cannot read.",
        416 => "The range lies outside the file.",
        422 => "A field or parameter is wrong; `detail` names each.",
        429 => "Too many; see Retry-After.",
        501 => "Not served by this server.",
        503 => "Not now; see Retry-After.",
        504 => "Not finished in time; the task goes on.",
        _ => "Refused.",
    };

    static void AddIdempotencyKey(OpenApiOperation operation)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = TasklightHeaders.IdempotencyKey,
            In = ParameterLocation.Header,
            Description = $"1 to {Idempotency.LongestKey} characters, kept for 24 hours: a repeated request is done once, and answered with {TasklightHeaders.IdempotentReplay}: true.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = Idempotency.LongestKey },
        });
    }
}
