using Tasklight.Server.Access;

namespace Tasklight.Server.Api;

/// <summary>Finds the route a caller probably meant, for the answers to unknown paths and methods.</summary>
sealed class RouteHints(EndpointDataSource endpoints)
{
    const int LongestPath = 120;

    /// <summary>A sentence for a path that no route has.</summary>
    public string Unknown(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        if (request.HttpContext.Features.Get<PathOrganization>() is { } taken)
            path = $"/{taken.Id}{path}"; // More likely a mistyped route than an organization.
        var asked = $"{request.Method} {Answers.Shorten(path)}";
        return path.Length <= LongestPath && Nearest(path, request.Method) is { } nearest
            ? $"There is no route {asked}. The nearest one is {nearest}; all are listed at /docs."
            : $"There is no route {asked}. All routes are listed at /docs.";
    }

    /// <summary>A sentence for a path whose routes take other methods.</summary>
    public static string WrongMethod(HttpContext context)
    {
        var allowed = context.Response.Headers.Allow.ToString();
        return $"{Answers.Shorten(context.Request.Path.Value ?? "/")} does not take {context.Request.Method}; it takes {(allowed.Length > 0 ? allowed : "other methods")}.";
    }

    string? Nearest(string path, string method)
    {
        var asked = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string? best = null;
        var least = int.MaxValue;
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            var text = endpoint.RoutePattern.RawText;
            if (text is null || endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is { ExcludeFromDescription: true })
            {
                continue;
            }

            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            var distance = Distance(asked, text.Split('/', StringSplitOptions.RemoveEmptyEntries)) + (methods.Contains(method) ? 0 : 1);
            if (distance < least)
            {
                least = distance;
                best = $"{(methods.Count > 0 ? methods[0] : "GET")} /{text.TrimStart('/')}";
            }
        }

        return least <= Math.Max(4, path.Length / 2) ? best : null;
    }

    // Edits between the literal parts; a parameter fits any segment, a missing or superfluous segment costs its length.
    static int Distance(string[] asked, string[] route)
    {
        var previous = new int[route.Length + 1];
        var current = new int[route.Length + 1];
        for (var column = 1; column <= route.Length; column++)
        {
            previous[column] = previous[column - 1] + Cost(route[column - 1]);
        }

        for (var row = 1; row <= asked.Length; row++)
        {
            current[0] = previous[0] + asked[row - 1].Length;
            for (var column = 1; column <= route.Length; column++)
            {
                var replaced = previous[column - 1] + Between(asked[row - 1], route[column - 1]);
                current[column] = Math.Min(replaced, Math.Min(previous[column] + asked[row - 1].Length, current[column - 1] + Cost(route[column - 1])));
            }

            (previous, current) = (current, previous);
        }

        return previous[route.Length];
    }

    static int Cost(string segment) => IsParameter(segment) ? 3 : segment.Length;

    static int Between(string asked, string segment)
    {
        if (IsParameter(segment))
        {
            return 1;
        }

        return string.Equals(asked, segment, StringComparison.OrdinalIgnoreCase) ? 0 : Math.Min(Edits(asked, segment), Math.Max(asked.Length, segment.Length));
    }

    static int Edits(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var column = 0; column <= b.Length; column++)
        {
            row[column] = column;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var kept = row[j];
                row[j] = Math.Min(diagonal + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1);
                diagonal = kept;
            }
        }

        return row[b.Length];
    }

    static bool IsParameter(string segment) => segment.StartsWith('{');
}
