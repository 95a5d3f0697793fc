using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Tasklight.Protocol;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>The head of the document: what this is, how to sign in, in which order the parts come.</summary>
sealed class DocumentDetails : IOpenApiDocumentTransformer
{
    /// <summary>The name of the one way to sign in.</summary>
    public const string KeyScheme = "ApiKey";

    const string Welcome =
        """
        Tasklight keeps tasks for AI agents: it hands them to workers, streams what happens, and proves what happened.

        Every call but /health and /ready carries an API key in the header `x-api-key`. Routes of the SDK surface also exist with the
        organization's id in front: `/{organization_id}/agent-execution/…`. Times are ISO 8601 in UTC. Errors are
        `{"detail": …, "code": …}`.
        """;

    // What most readers look for comes first; what is named nowhere stands in between.
    static readonly string[] First = ["Tasks", "Invoke", "Events", "Approvals", "Agents", "Files", "Workers"];
    static readonly string[] Last = ["Health", NotServedApi.Tag];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tasklight",
            Version = typeof(DocumentDetails).Assembly.GetName().Version?.ToString(3) ?? "0",
            Description = Welcome.ReplaceLineEndings("\n"),
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        document.Tags = new HashSet<OpenApiTag>((document.Tags ?? new HashSet<OpenApiTag>()).OrderBy(static tag => Place(tag.Name)));
        document.Servers?.Clear();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = TasklightHeaders.ApiKey,
            Description = "A key of the organization.",
        };
        return Task.CompletedTask;
    }

    static int Place(string? tag)
    {
        var first = Array.IndexOf(First, tag);
        return first >= 0 ? first : First.Length + 1 + Array.IndexOf(Last, tag);
    }
}
