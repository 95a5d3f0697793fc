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
            options.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
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
    static string? ReferenceId(JsonTypeInfo type) =>
        type.Type == typeof(AgentTaskFields) ? "Task" : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
}
