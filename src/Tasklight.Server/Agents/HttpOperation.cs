using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tasklight.Protocol;

namespace Tasklight.Server.Agents;

/// <summary>
/// A tool's HTTP operation with a call's payload put in: <c>path_params</c> into the address, <c>query_params</c> behind it, <c>headers</c> beside the tool's own, <c>body_params</c> as the JSON body.
/// </summary>
static partial class HttpOperation
{
    // What would change how the request is framed or where it goes.
    static readonly string[] NotForCallers = ["host", "content-length", "content-type", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "proxy-authorization", "keep-alive"];

    /// <summary>The request to send.</summary>
    /// <param name="tool">A tool with a url, its headers in clear.</param>
    /// <param name="payload">The call's payload; anything but an object is none.</param>
    /// <exception cref="ProtocolException">A part of the payload is missing or cannot be put in; the message names it.</exception>
    public static HttpRequestMessage Build(AgentTool tool, JsonElement payload)
    {
        var method = new HttpMethod(string.IsNullOrEmpty(tool.Method) ? "POST" : tool.Method);
        var request = new HttpRequestMessage(method, Address(tool.Url!, Part(payload, "path_params"), Part(payload, "query_params")));
        if (method != HttpMethod.Get && Part(payload, "body_params") is { } body)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.GetRawText())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        foreach (var header in Part(payload, "headers") is { } headers ? headers.EnumerateObject().ToList() : [])
            AddHeader(request, tool, header);
        foreach (var (name, value) in tool.Headers ?? new Dictionary<string, string>())
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    static Uri Address(string url, JsonElement? path, JsonElement? query)
    {
        var filled = Placeholder().Replace(url, found => Segment(path, found.Groups["name"].Value));
        var address = new StringBuilder(filled);
        var separator = filled.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        foreach (var (name, value) in Pairs(query))
        {
            address.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return new Uri(address.ToString(), UriKind.Absolute);
    }

    static IEnumerable<(string Name, string Value)> Pairs(JsonElement? query)
    {
        foreach (var pair in query is { } given ? given.EnumerateObject().ToList() : [])
        {
            var values = pair.Value.ValueKind == JsonValueKind.Array ? [.. pair.Value.EnumerateArray()] : new List<JsonElement> { pair.Value };
            foreach (var value in values.Where(static value => value.ValueKind != JsonValueKind.Null))
                yield return (pair.Name, Plain(value));
        }
    }

    static string Segment(JsonElement? path, string name)
    {
        if (path is not { } given || !given.TryGetProperty(name, out var value) || Plain(value) is not { Length: > 0 } text)
            throw Wrong($"Field required: it is a part of the tool's address.", "path_params", name);
        // A dot segment would climb out of the address the tool was given.
        return text is "." or ".." ? throw Wrong("This cannot be a part of an address.", "path_params", name) : Uri.EscapeDataString(text);
    }

    static void AddHeader(HttpRequestMessage request, AgentTool tool, JsonProperty header)
    {
        var isOwn = tool.Headers?.Keys.Contains(header.Name, StringComparer.OrdinalIgnoreCase) == true;
        if (isOwn || header.Value.ValueKind == JsonValueKind.Null || NotForCallers.Contains(header.Name, StringComparer.OrdinalIgnoreCase))
            return;
        var value = Plain(header.Value);
        if (value.Any(char.IsControl) || !request.Headers.TryAddWithoutValidation(header.Name, value))
            throw Wrong("This cannot be a header.", "headers", header.Name);
    }

    static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    static JsonElement? Part(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    static ProtocolException Wrong(string sentence, params IEnumerable<object> path) => new([FieldError.InBody(FieldErrorTypes.NotAllowed, sentence, path)], isMalformed: false);

    [GeneratedRegex(@"\{(?<name>[A-Za-z0-9_.-]+)\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Placeholder();
}
