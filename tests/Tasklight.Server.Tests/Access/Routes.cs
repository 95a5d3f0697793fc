using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

/// <summary>All routes of a server, for tests that ask something of every one.</summary>
static class Routes
{
    public static IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Of(RunningServer server) =>
        from endpoint in server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        where method != "HEAD"
        select (method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), endpoint);

    /// <summary>The path with a value for each of its parameters, by name.</summary>
    public static string Fill(string path, Func<string, string> value) => string.Join('/', path.Split('/').Select(segment =>
        segment.StartsWith('{') ? value(segment.Trim('{', '}', '*').Split(':')[0]) : segment));

    public static bool HasTag(this Endpoint endpoint, string tag) => endpoint.Metadata.OfType<ITagsMetadata>().Any(tags => tags.Tags.Contains(tag));
}
