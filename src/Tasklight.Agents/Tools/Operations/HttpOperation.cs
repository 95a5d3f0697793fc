using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Operations;

/// <summary>An HTTP operation that an agent's definition describes: makes its request from a payload, and reads its answer.</summary>
internal sealed partial class HttpOperation
{
    private const string Body = "body_params";
    private const string Query = "query_params";
    private const string Path = "path_params";
    private const string HeaderParams = "headers";
    private const string FormType = "application/x-www-form-urlencoded";

    // What HTTP itself needs, and what proves who calls, is not the model's to say.
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect", "Authorization", "Proxy-Authorization", "Cookie",
    };

    private readonly AgentTool _tool;
    private readonly ToolAccess _access;
    private readonly HttpMethod _method;
    private readonly string _url;

    /// <summary>Reads the definition.</summary>
    /// <exception cref="ToolSetupException">Its address or method is none.</exception>
    public HttpOperation(AgentTool tool, ToolAccess access)
    {
        (_tool, _access, _url) = (tool, access, tool.Url ?? "");
        if (!Uri.TryCreate(Placeholders().Replace(_url, "x"), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new ToolSetupException($"The url of tool '{tool.Name}', '{SecretTexts.Mask(_url)}', is not an http or https address.");
        }

        var method = string.IsNullOrWhiteSpace(tool.Method) ? "POST" : tool.Method.Trim().ToUpperInvariant();
        _method = method.All(char.IsAsciiLetter) ? new HttpMethod(method) : throw new ToolSetupException($"The method of tool '{tool.Name}', '{tool.Method}', is none.");
    }

    /// <summary>Where arguments go that are neither in the path nor placed: the query, or the body for methods that have one.</summary>
    public string FlatPlace => _method == HttpMethod.Delete || !HasBody ? Query : Body;

    private bool HasBody => _method != HttpMethod.Get && _method != HttpMethod.Head && _method != HttpMethod.Options;

    /// <summary>Flat arguments with each at its place: in the path when the address names it, else in the body or the query.</summary>
    public JsonElement Placed(JsonElement arguments)
    {
        var names = Placeholders().Matches(_url).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var (path, rest) = (new JsonObject(), new JsonObject());
        foreach (var pair in arguments.EnumerateObject())
        {
            (names.Contains(pair.Name) ? path : rest)[pair.Name] = JsonNode.Parse(pair.Value.GetRawText());
        }

        var placed = new JsonObject { [Path] = path };
        if (rest.Count > 0)
        {
            placed[FlatPlace] = rest;
        }

        return JsonElement.Parse(placed.ToJsonString());
    }

    /// <summary>Makes the request of a payload.</summary>
    /// <param name="payload">What goes where: <c>path_params</c>, <c>query_params</c>, <c>body_params</c>, <c>headers</c>; anything but an object is nothing.</param>
    /// <param name="idempotencyKey">Sent as <c>Idempotency-Key</c> with methods that change something.</param>
    /// <param name="problem">The first value that cannot be sent, when there is one.</param>
    /// <returns>The request, or null when there is a problem.</returns>
    public HttpRequestMessage? RequestOf(JsonElement payload, string idempotencyKey, out PayloadProblem? problem)
    {
        if (AddressOf(payload, out problem) is not { } address)
        {
            return null;
        }

        var request = new HttpRequestMessage(_method, address) { Content = ContentOf(payload) };
        problem = AddHeaders(request, payload, idempotencyKey);
        if (problem is null)
        {
            return request;
        }

        request.Dispose();
        return null;
    }

    /// <summary>Makes the call. Whatever the other side does is an outcome.</summary>
    /// <param name="request">What <see cref="RequestOf"/> made.</param>
    /// <param name="ct">Ends the call; it may have taken effect all the same.</param>
    public async Task<ToolOutcome> CallAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var host = request.RequestUri!.Host;
        // Without a limit of its own: the call has one.
        using var http = new HttpClient(_access.Handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            return await HttpAnswer.ReadAsync(response, _access.LargestAnswer, ct).ConfigureAwait(false);
        }
        catch (TooLargeException exception)
        {
            return ToolOutcome.Error(exception.Message);
        }
        catch (HttpRequestException exception)
        {
            return ToolOutcome.Error($"{host} could not be called: {exception.GetBaseException().Message}");
        }
        catch (IOException exception)
        {
            return ToolOutcome.Error($"The answer of {host} broke off: {exception.GetBaseException().Message} The call may have taken effect all the same.");
        }
    }

    [GeneratedRegex(@"\{(?<name>[^{}/?#]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Placeholders();

    private static JsonElement? Part(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var part) && part.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? part : null;

    private static IEnumerable<JsonProperty> Pairs(JsonElement payload, string name) => Part(payload, name) is { ValueKind: JsonValueKind.Object } part ? part.EnumerateObject() : [];

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static IEnumerable<KeyValuePair<string, string>> Fields(IEnumerable<JsonProperty> pairs) =>
        from pair in pairs
        from value in pair.Value.ValueKind == JsonValueKind.Array ? pair.Value.EnumerateArray().AsEnumerable() : [pair.Value]
        where value.ValueKind != JsonValueKind.Null
        select KeyValuePair.Create(pair.Name, Text(value));

    // A value is one step of the path, never a way up or the path itself.
    private static string? Step(JsonElement payload, string name) =>
        Part(payload, Path) is { ValueKind: JsonValueKind.Object } path && path.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            && Text(value) is not ("" or "." or "..") and var text
            ? Uri.EscapeDataString(text)
            : null;

    private Uri? AddressOf(JsonElement payload, out PayloadProblem? problem)
    {
        var names = Placeholders().Matches(_url).Select(match => match.Groups["name"].Value);
        problem = names.FirstOrDefault(name => Step(payload, name) is null) is { } missing
            ? new(Path, missing, $"The operation needs a value for '{missing}' in {Path}.")
            : null;
        if (problem is not null)
        {
            return null;
        }

        if (!Uri.TryCreate(Placeholders().Replace(_url, match => Step(payload, match.Groups["name"].Value)!), UriKind.Absolute, out var filled))
        {
            problem = new(Path, names.First(), $"The values in {Path} make no address of {_url}.");
            return null;
        }

        var address = new UriBuilder(filled);
        var query = string.Join('&', Fields(Pairs(payload, Query)).Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));
        address.Query = query.Length == 0 ? address.Query : address.Query.Length > 1 ? $"{address.Query[1..]}&{query}" : query;
        return address.Uri;
    }

    private HttpContent? ContentOf(JsonElement payload)
    {
        if (!HasBody || Part(payload, Body) is not { } body)
        {
            return null;
        }

        var type = _tool.Headers?.FirstOrDefault(header => string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        if (type?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) == true)
        {
            return new FormUrlEncodedContent(Fields(Pairs(payload, Body)));
        }

        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.GetRawText()));
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(type, out var given) ? given : new MediaTypeHeaderValue("application/json");
        return content;
    }

    private PayloadProblem? AddHeaders(HttpRequestMessage request, JsonElement payload, string idempotencyKey)
    {
        var given = (_tool.Headers ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Where(header => header.Value != SecretMask.Text && !string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in given)
        {
            request.Headers.TryAddWithoutValidation(name, value.ReplaceLineEndings(" "));
        }

        foreach (var (name, value) in Fields(Pairs(payload, HeaderParams)).Where(pair => !Kept.Contains(pair.Key) && !given.ContainsKey(pair.Key)))
        {
            if (value.Any(char.IsControl) || !request.Headers.TryAddWithoutValidation(name, value))
            {
                return new(HeaderParams, name, $"'{name}' in {HeaderParams} cannot be sent as a header.");
            }
        }

        if (HasBody && !request.Headers.Contains(TasklightHeaders.IdempotencyKey))
        {
            request.Headers.TryAddWithoutValidation(TasklightHeaders.IdempotencyKey, idempotencyKey);
        }

        if (request.Headers.Accept.Count == 0)
        {
            request.Headers.TryAddWithoutValidation("Accept", "application/json, */*;q=0.5");
        }

        return null;
    }
}
