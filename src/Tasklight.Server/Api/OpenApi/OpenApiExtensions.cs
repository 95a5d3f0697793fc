using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tasklight.Protocol;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>Sets up the document at <c>/openapi/v1.json</c>.</summary>
static class OpenApiExtensions
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        // Only the document is written by these options; requests and answers go through ProtocolJson itself.
        services.ConfigureHttpJsonOptions(static options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default);
        });
        services.AddOpenApi(ApiDocument.Name, static options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = ReferenceId;
            options.AddSchemaTransformer<WireSchemas>();
            options.AddOperationTransformer<OperationDetails>();
            options.AddDocumentTransformer<DocumentDetails>();
        });
        services.AddSingleton<IApiDescriptionProvider, DocumentedRoutes>();
        services.AddSingleton<ApiDocument>();
        return services;
    }

    public static void MapApiDocument(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", static async (ApiDocument document) => Answers.Json(await document.GetAsync())).ExcludeFromDescription();

    // The wire's own name for the type.
    static string? ReferenceId(JsonTypeInfo type)
    {
        if (type.Type == typeof(AgentTaskFields))
        {
            return "Task";
        }

        // Any JSON: a name would say less than nothing.
        return type.Type == typeof(JsonElement) || type.Type == typeof(JsonElement?) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
    }
}
