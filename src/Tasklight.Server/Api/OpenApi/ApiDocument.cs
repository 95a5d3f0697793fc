using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document of all routes, made once when somebody first asks.</summary>
sealed partial class ApiDocument(IServiceProvider services)
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

        var root = JsonNode.Parse(text.ToString())!;
        if (root["components"]?["schemas"] is JsonObject schemas)
        {
            DropOptionals(schemas);
        }

        Tidy(root);
        return JsonSerializer.SerializeToUtf8Bytes(root);
    }

    // What an update may leave out is described by its fields themselves; the wrapper is a matter of the code.
    static void DropOptionals(JsonObject schemas)
    {
        foreach (var (name, _) in schemas.ToArray())
        {
            if (name.StartsWith("OptionalOf", StringComparison.Ordinal))
            {
                schemas.Remove(name);
            }
        }
    }

    // Descriptions come from doc comments of the code, which speak to its readers too.
    static void Tidy(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray list:
                foreach (var item in list)
                {
                    Tidy(item);
                }

                break;
            case JsonObject value:
                foreach (var (name, inner) in value.ToArray())
                {
                    if (name == "description" && inner is JsonValue && inner.GetValueKind() == JsonValueKind.String)
                    {
                        value[name] = Tidy(inner.GetValue<string>());
                    }
                    else
                    {
                        Tidy(inner);
                    }
                }

                break;
        }
    }

    static string Tidy(string description) =>
        WebUtility.HtmlDecode(LineBreak().Replace(ContractReference().Replace(description, ""), " "));

    [GeneratedRegex(@" ?\(contract:[^)]*\)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ContractReference();

    // One line break is the comment's, two are a paragraph.
    [GeneratedRegex(@"(?<!\n)\n(?!\n)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex LineBreak();
}
