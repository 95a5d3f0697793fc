using System.Globalization;
using System.Text.Json;

namespace Tasklight.Agents.Models;

/// <summary>Reads what providers say when they refuse.</summary>
internal static class ProviderError
{
    private const int MostOfAMessage = 300;

    private static readonly string[] SignsOfLength =
    [
        "context_length_exceeded", "maximum context length", "context length", "context window", "prompt is too long", "exceed context limit",
        "exceeds the available context size", "exceed_context_size", "too many tokens", "request_too_large", "string_above_max_length",
    ];

    private static readonly string[] SignsOfAFile = ["image", "pdf", "document", "download", "file"];

    private static readonly string[] SignsOfThoughts = ["thinking", "signature"];

    private static readonly string[] SignsOfForm = ["response_format", "json_schema", "json_object", "output_config", "output_format", "structured output", "schema"];

    private static readonly string[] SignsOfNoCredit = ["insufficient_quota", "credit balance", "billing"];

    /// <summary>The answer to a request.</summary>
    public static ModelException Of(ModelConnection connection, HttpResponseMessage response, string body, DateTimeOffset now) =>
        Of(connection, (int)response.StatusCode, body, RetryAfter(response, now));

    /// <summary>An error that came within a stream, or an answer's status with its body.</summary>
    public static ModelException Of(ModelConnection connection, int? status, string body, TimeSpan? retryAfter = null)
    {
        var (type, said) = Parsed(body);
        var failure = Kind(status, type, said);
        return new(failure, Sentence(connection, failure, status, Shown(connection, said)))
        {
            Status = status,
            RetryAfter = retryAfter,
            About = failure is ModelFailure.Refused or ModelFailure.UnknownModel ? Parts(type, said) : RefusedParts.None,
        };
    }

    // A word too many costs a request that is refused again.
    private static RefusedParts Parts(string type, string said) =>
        (Has(SignsOfAFile, type, said) ? RefusedParts.Files : RefusedParts.None)
        | (Has(SignsOfThoughts, type, said) ? RefusedParts.Thoughts : RefusedParts.None)
        | (Has(SignsOfForm, type, said) ? RefusedParts.Form : RefusedParts.None);

    private static ModelFailure Kind(int? status, string type, string said)
    {
        // A summary makes no tool's description shorter.
        if (status == 413 || (status != 429 && Has(SignsOfLength, type, said) && !said.Contains("'tools[", StringComparison.Ordinal)))
            return ModelFailure.ContextTooLong;

        if (status == 402 || Has(SignsOfNoCredit, type, said))
            return ModelFailure.Refused;

        return (status, type) switch
        {
            (401 or 403, _) or (_, "authentication_error" or "permission_error" or "invalid_api_key") => ModelFailure.KeyRefused,
            (404, _) or (_, "model_not_found" or "not_found_error") => ModelFailure.UnknownModel,
            (429, _) or (_, "rate_limit_error" or "rate_limit_exceeded") => ModelFailure.RateLimited,
            (408 or >= 500, _) or (_, "overloaded_error" or "api_error" or "server_error" or "timeout_error") => ModelFailure.Unavailable,
            (null, not "invalid_request_error") => ModelFailure.Unavailable,
            _ => ModelFailure.Refused,
        };
    }

    private static string Sentence(ModelConnection connection, ModelFailure failure, int? status, string said)
    {
        var how = status is null ? "in its answer" : $"with {status}";
        return failure switch
        {
            ModelFailure.KeyRefused when connection.Key is null =>
                $"{connection.Provider} at {connection.Address.Host} wants a key and was given none: set llm_credentials of the agent; a key of the settings goes only to the address of the settings ({ModelSettings.AddressSettingOf(connection.Provider)}).",
            ModelFailure.KeyRefused => $"{connection.Provider} refuses the key ({how}): look at {ModelSettings.KeySettingOf(connection.Provider)}, its own variable, or llm_credentials of the agent.",
            ModelFailure.UnknownModel => $"{connection.Provider} at {connection.Address.Host} does not know the model '{connection.Choice.Name}' ({how}){said}",
            ModelFailure.ContextTooLong => $"The request is too long for {connection.Id} ({how}){said}",
            ModelFailure.RateLimited => $"{connection.Id} takes no more requests at the moment ({how}){said}",
            ModelFailure.Unavailable => $"{connection.Id} failed {how}{said}",
            _ => $"{connection.Id} refuses the request {how}{said}",
        };
    }

    private static bool Has(string[] signs, string type, string said) =>
        Array.Exists(signs, sign => type.Contains(sign, StringComparison.OrdinalIgnoreCase) || said.Contains(sign, StringComparison.OrdinalIgnoreCase));

    // {"error":{"message","type","code"}} of all of them, {"error":"…"} of Ollama, {"message":…} of vLLM.
    private static (string Type, string Said) Parsed(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return ("", "");

            var error = root.TryGetProperty("error", out var found) ? found : root;
            if (error.ValueKind == JsonValueKind.String)
                return ("", error.GetString()!);

            return error.ValueKind == JsonValueKind.Object
                ? (Text(error, "code") is { Length: > 0 } code ? code : Text(error, "type"), Text(error, "message"))
                : ("", "");
        }
        catch (JsonException)
        {
            // An HTML page of something in between; its status has to do.
            return ("", "");
        }
    }

    private static string Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    // A provider may repeat what it was sent.
    private static string Shown(ModelConnection connection, string said)
    {
        if (said.Length == 0)
            return ".";

        var safe = connection.Key is { Length: > 0 } key ? said.Replace(key, "***") : said;
        return ": " + (safe.Length > MostOfAMessage ? safe[..MostOfAMessage] + "…" : safe);
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 0 and < 1e9)
            return TimeSpan.FromMilliseconds(milliseconds);

        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date - now);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
