namespace Tasklight.Server.Access;

/// <summary>
/// Puts a request's path into the one form the routes have: no double slashes, none at the end, and no organization in front. The organization
/// is kept as <see cref="PathOrganization"/> for the gate. First in the pipeline.
/// </summary>
sealed class OrganizationPrefix(RequestDelegate next)
{
    /// <summary>First segments of our own routes; everything else in first place is an organization id.</summary>
    static readonly HashSet<string> Roots = new(StringComparer.Ordinal)
    {
        "v1", "agent-execution", "agents", "agents-metrics", "activity", "events", "metadata", "tools", "mcp_auth", "knowledge_bases", "hitl",
        "agentic_context", "summarizer", "health", "ready", "docs", "openapi", "openapi.json", "dashboard", "metrics", "favicon.ico",
    };

    static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> RootLookup = Roots.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for a word that cannot be an organization's id, because it would be taken for a route or for a client's missing id.</summary>
    public static bool IsReserved(string id) => Roots.Contains(id) || id == "None";

    public Task InvokeAsync(HttpContext context)
    {
        var (path, organization) = Split(context.Request.Path.Value ?? "/");
        if (organization is not null)
            context.Features.Set(new PathOrganization(organization));
        if (!ReferenceEquals(path, context.Request.Path.Value))
            context.Request.Path = path;
        return next(context);
    }

    /// <summary>The path as routes know it and the organization that stood in front; the same string when nothing is to be changed.</summary>
    internal static (string Path, string? Organization) Split(string path)
    {
        path = Tidy(path);
        var end = path.IndexOf('/', 1);
        var first = path.AsSpan(1, (end < 0 ? path.Length : end) - 1);
        // A lone unknown segment is no organization's route: leave it for a 404 that names it.
        return end < 0 || RootLookup.Contains(first) ? (path, null) : (path[end..], first.ToString());
    }

    static string Tidy(string path)
    {
        if (path.Length <= 1 || (!path.EndsWith('/') && !path.Contains("//", StringComparison.Ordinal)))
            return path.Length == 0 ? "/" : path;
        return "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
    }
}
