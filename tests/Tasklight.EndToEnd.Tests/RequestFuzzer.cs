using System.Text;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests;

/// <summary>
/// Makes requests from an OpenAPI document: mostly right ones with one thing wrong, because those get furthest. The same seed makes the same
/// requests for the same document.
/// </summary>
sealed class RequestFuzzer
{
    static readonly string[] Texts =
    [
        "", " ", "a", "None", "null", "true", "-1", "0", "1", "99999999999999999999", "1e400", "NaN", "../../etc/passwd", "%2e%2e", "a'b\"c", "\u0000", "\u2028", "😀", "é",
        "AgentExecutionStatus.Pending", "completed", "draft", "2026-05-13T10:12:04Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "{}", "[]", "<script>", "' OR 1=1 --",
        new string('x', 300), new string('ü', 5000),
    ];

    static readonly string[] JsonValues =
    [
        "null", "true", "0", "-1", "1.5", "1e308", "99999999999999999999999", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "[]", "[null]", "[[]]", "{}", "{\"a\":null}",
        "\"2026-05-13\"", "\"9999-12-31T23:59:59.9999999Z\"", "-62135596801", "253402300800", "\"stopped\"", "\"executing\"", "\"***\"",
    ];

    const int KnownIds = 12;

    readonly Random _random;
    readonly JsonNode _document;
    readonly List<(string Method, string Path, JsonNode Operation)> _operations = [];
    readonly List<string> _ids = [];
    readonly HashSet<string> _used = [];

    public RequestFuzzer(JsonNode document, Random random)
    {
        _document = document;
        _random = random;
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject())
            {
                _operations.Add((method.ToUpperInvariant(), path, operation!));
            }
        }
    }

    public int Operations => _operations.Count;

    /// <summary>How many different operations were asked so far.</summary>
    public int Used => _used.Count;

    /// <summary>Ids to use in paths and bodies; the oldest are forgotten.</summary>
    public void Know(IEnumerable<string> ids)
    {
        _ids.AddRange(ids);
        _ids.RemoveRange(0, Math.Max(0, _ids.Count - KnownIds));
    }

    public FuzzRequest Next()
    {
        // Every operation has its turn before chance decides.
        var (method, path, operation) = _used.Count < _operations.Count ? _operations[_used.Count] : Pick(_operations);
        _used.Add(method + path);
        var headers = Headers(operation);
        var body = Body(operation);
        return new FuzzRequest(OneIn(60) ? Pick(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) : method, Path(path) + Query(operation), body, ContentType(body), headers)
        {
            MayWait = path.EndsWith("/invoke", StringComparison.Ordinal) || path.StartsWith("/events/", StringComparison.Ordinal),
            IsNotServed = _operations.Any(known => known.Operation["responses"]!["501"] is not null && known.Path == path),
        };
    }

    string Path(string path)
    {
        var text = new StringBuilder();
        if (OneIn(10))
        {
            text.Append(Pick(["/fuzz", "/None", "/other", "/" + Uri.EscapeDataString(Pick(Texts))]));
        }

        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append('/').Append(segment.StartsWith('{') ? Uri.EscapeDataString(Id()) : segment);
        }

        return OneIn(30) ? text.Append(Pick(["/", "//", "/x", "%00", "%ff", ";a=b"])).ToString() : text.ToString();
    }

    string Query(JsonNode operation)
    {
        var pairs = new List<string>();
        foreach (var parameter in Parameters(operation, "query"))
        {
            if (OneIn(2))
            {
                pairs.Add($"{parameter}={Uri.EscapeDataString(OneIn(2) ? Pick(Texts) : Pick(["1", "2", "20", "completed", "2026-05-13T10:12:04Z", Pick(_ids)]))}");
            }
        }

        if (OneIn(20))
        {
            pairs.Add(Pick(["=", "&&", "x=%ff", "a=b=c", "page=1&page=2", "signature=x&expires=1"]));
        }

        return pairs.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }

    List<(string Name, string Value)> Headers(JsonNode operation)
    {
        List<(string, string)> headers = [];
        foreach (var parameter in Parameters(operation, "header"))
        {
            if (OneIn(4))
            {
                headers.Add((parameter, Printable(OneIn(2) ? Pick(Texts) : Guid().ToString())));
            }
        }

        if (OneIn(20))
        {
            headers.Add(Pick<(string, string)>([("Accept", "application/json"), ("Accept", "text/event-stream"), ("Range", "bytes=5-1"), ("If-None-Match", "*"), ("Last-Event-ID", "-5"), ("x-agent-version", "9")]));
        }

        return headers;
    }

    byte[]? Body(JsonNode operation)
    {
        if (operation["requestBody"]?["content"]?.AsObject().FirstOrDefault().Value?["schema"] is not { } schema)
        {
            return OneIn(10) ? Encoding.UTF8.GetBytes(Pick(JsonValues)) : null;
        }

        var text = Value(schema, 0);
        return _random.Next(20) switch
        {
            0 => null,
            1 => [],
            2 => Encoding.UTF8.GetBytes(text[..(text.Length / 2)]),
            3 => Spoil(Encoding.UTF8.GetBytes(text)),
            4 => Encoding.UTF8.GetBytes(new string('[', _random.Next(1, 400)) + text),
            5 => Encoding.UTF8.GetBytes(Pick(JsonValues)),
            6 => Noise(),
            7 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            8 => Encoding.Unicode.GetBytes(text),
            _ => Encoding.UTF8.GetBytes(text),
        };
    }

    /// <summary>A JSON value that fits the schema, most of the time.</summary>
    string Value(JsonNode? schema, int depth)
    {
        if (OneIn(25))
        {
            return Pick(JsonValues);
        }

        schema = Resolve(schema);
        if (schema?["oneOf"] is JsonArray options)
        {
            return Value(options[_random.Next(options.Count)], depth);
        }

        if (schema?["enum"] is JsonArray words)
        {
            return words[_random.Next(words.Count)]!.ToJsonString();
        }

        return TypeOf(schema) switch
        {
            "object" => Object(schema!, depth),
            "array" => depth > 4 ? "[]" : $"[{string.Join(',', Enumerable.Range(0, _random.Next(3)).Select(_ => Value(schema!["items"], depth + 1)))}]",
            "string" => schema!["format"]?.ToString() == "date-time" ? "\"2026-05-13T10:12:04.5Z\"" : JsonValue.Create(OneIn(3) ? Pick(_ids) : Pick(Texts)).ToJsonString(),
            "integer" => _random.Next(-5, 200).ToString(),
            "number" => _random.NextDouble().ToString("R"),
            "boolean" => OneIn(2) ? "true" : "false",
            _ => Pick(JsonValues),
        };
    }

    string Object(JsonNode schema, int depth)
    {
        var fields = new List<string>();
        var required = schema["required"]?.AsArray().Select(name => name!.ToString()).ToHashSet() ?? [];
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (depth < 5 && (required.Contains(name) ? !OneIn(30) : OneIn(depth == 0 ? 3 : 2)))
            {
                fields.Add($"{JsonValue.Create(name).ToJsonString()}:{Value(property, depth + 1)}");
            }
        }

        if (OneIn(15))
        {
            fields.Add($"{JsonValue.Create(Pick(Texts)).ToJsonString()}:{Pick(JsonValues)}");
        }

        return $"{{{string.Join(',', fields)}}}";
    }

    JsonNode? Resolve(JsonNode? schema)
    {
        while (schema?["$ref"] is { } reference)
        {
            schema = _document["components"]!["schemas"]![reference.ToString().Split('/')[^1]];
        }

        return schema;
    }

    static string? TypeOf(JsonNode? schema) => schema?["type"] switch
    {
        JsonArray types => types.Select(type => type!.ToString()).FirstOrDefault(type => type != "null"),
        { } type => type.ToString(),
        null => null,
    };

    static IEnumerable<string> Parameters(JsonNode operation, string place) =>
        (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]!.ToString() == place).Select(parameter => parameter!["name"]!.ToString());

    string Id() => _random.Next(8) switch
    {
        0 => Pick(Texts) is { Length: > 0 } text ? text : "-",
        1 => Guid().ToString(),
        _ => Pick(_ids),
    };

    string? ContentType(byte[]? body) => body is null || OneIn(5) ? null : OneIn(10) ? Pick(["text/plain", "application/xml", "multipart/form-data; boundary=b"]) : "application/json";

    byte[] Spoil(byte[] bytes)
    {
        for (var count = _random.Next(1, 5); count > 0 && bytes.Length > 0; count--)
        {
            bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        }

        return bytes;
    }

    byte[] Noise()
    {
        var bytes = new byte[_random.Next(500)];
        _random.NextBytes(bytes);
        return bytes;
    }

    Guid Guid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    static string Printable(string text) => new([.. text.Where(letter => letter is >= ' ' and <= '~')]);

    bool OneIn(int chances) => _random.Next(chances) == 0;

    T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
