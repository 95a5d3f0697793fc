using System.Reflection;
using System.Security.Cryptography;

namespace Tasklight.Server.Api;

/// <summary>The readable page at <c>/docs</c>: static files that are part of the program.</summary>
static class DocsApi
{
    const string Prefix = "docs/";

    public static void MapDocs(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", static () => Results.Redirect("/docs")).ExcludeFromDescription();
        Serve(routes, "/docs", "index.html");
        foreach (var name in typeof(DocsApi).Assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                Serve(routes, "/" + name, name[Prefix.Length..]);
            }
        }
    }

    static void Serve(IEndpointRouteBuilder routes, string path, string file)
    {
        var bytes = Read(Prefix + file);
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8))}\"";
        var type = TypeOf(file);
        routes.MapGet(path, (HttpContext context) => Answer(context, bytes, type, tag)).ExcludeFromDescription();
    }

    static IResult Answer(HttpContext context, byte[] bytes, string type, string tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        return context.Request.Headers.IfNoneMatch == tag ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Bytes(bytes, type);
    }

    static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
}
