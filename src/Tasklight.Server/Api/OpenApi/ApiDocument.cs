using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document of all routes, made once when somebody first asks.</summary>
sealed class ApiDocument(IServiceProvider services)
{
    public const string Name = "v1";

    readonly Lock _lock = new();
    Task<byte[]>? _made;

    /// <summary>The document as UTF-8 JSON.</summary>
    public Task<byte[]> GetAsync()
    {
        lock (_lock)
        {
            // A failure is not kept: the next caller tries again.
            return _made is null or { IsFaulted: true } or { IsCanceled: true } ? _made = MakeAsync() : _made;
        }
    }

    async Task<byte[]> MakeAsync()
    {
        using var scope = services.CreateScope();
        var provider = scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name);
        var document = await provider.GetOpenApiDocumentAsync();
        var text = new StringBuilder();
        using (var writer = new StringWriter(text))
        {
            document.SerializeAsV31(new OpenApiJsonWriter(writer));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
