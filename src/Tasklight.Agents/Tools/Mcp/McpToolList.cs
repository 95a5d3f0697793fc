using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>What a server tells of its tools.</summary>
/// <param name="Tools">Those that may be called.</param>
/// <param name="RunAsTasks">The names of those that the server runs as tasks only.</param>
internal sealed record McpToolList(IReadOnlyList<Tool> Tools, IReadOnlySet<string> RunAsTasks)
{
    /// <summary>Of a server that was not asked yet.</summary>
    public static readonly McpToolList Empty = new([], new HashSet<string>());

    // Tools of one server; more would leave the model no room.
    private const int Most = 200;

    /// <summary>Asks a server, page by page.</summary>
    /// <param name="allowed">The names of the tools that may be called; none = all.</param>
    public static async Task<McpToolList> AskAsync(McpConnection connection, IReadOnlyCollection<string> allowed, CancellationToken ct)
    {
        var tools = new List<Tool>();
        var runAsTasks = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            // As it was written: the client package reads nothing of how a tool wants to be run.
            var parameters = cursor is null ? new JsonObject() : new JsonObject { ["cursor"] = cursor };
            var written = await connection.AskAsync(RequestMethods.ToolsList, parameters, ct).ConfigureAwait(false);
            var page = Page(written);
            tools.AddRange(page.Tools.Where(tool => allowed.Count == 0 || allowed.Contains(tool.Name, StringComparer.Ordinal)));
            runAsTasks.UnionWith(page.Tools.Where((_, place) => RunsAsTaskOnly(written!["tools"]![place])).Select(tool => tool.Name));
            cursor = page.NextCursor;
        }
        while (cursor is not null && tools.Count < Most);

        return new([.. tools.Take(Most)], runAsTasks);
    }

    private static ListToolsResult Page(JsonNode? written)
    {
        try
        {
            return (ListToolsResult?)written.Deserialize(McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ListToolsResult))) ?? new() { Tools = [] };
        }
        catch (ArgumentException exception)
        {
            // The client refuses the whole page for one tool of it.
            throw new McpException("Its list of tools cannot be read: the inputSchema of one is not a JSON Schema of an object.", exception);
        }
    }

    private static bool RunsAsTaskOnly(JsonNode? tool) =>
        tool is JsonObject fields && fields["execution"] is JsonObject execution && execution["taskSupport"] is JsonValue support && support.TryGetValue(out string? word) && word == "required";
}
