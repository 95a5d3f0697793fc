using System.Globalization;
using System.Text;
using System.Text.Json;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Session;

namespace Tasklight.Agents.Tools.Operations;

/// <summary>The answer to an HTTP operation, as a model reads it.</summary>
internal static class HttpAnswer
{
    // Of an error's body: enough for its reason.
    private const int LongestReason = 4_000;

    /// <summary>Reads it to its end.</summary>
    /// <exception cref="TooLargeException">It is larger than is read.</exception>
    public static async Task<ToolOutcome> ReadAsync(HttpResponseMessage response, int largest, CancellationToken ct)
    {
        if ((int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location)
        {
            // Its headers may hold keys, which the other place must not get.
            return ToolOutcome.Error($"{Status(response)}: the operation has moved to {location}, and redirects are not followed: its definition must name that address.");
        }

        var bytes = await BytesAsync(response, largest, ct).ConfigureAwait(false);
        var type = response.Content.Headers.ContentType;
        if (!response.IsSuccessStatusCode)
        {
            var reason = IsText(type?.MediaType) ? ToolResultText.Cut(Decode(bytes, type?.CharSet), LongestReason) : "";
            return ToolOutcome.Error(reason.Length == 0 ? $"{Status(response)}." : $"{Status(response)}: {reason}");
        }

        if (bytes.Length == 0)
        {
            return ToolOutcome.Text($"Done ({Status(response)}).");
        }

        return IsJson(type?.MediaType) && Json(bytes) is { } json && JsonDepth.Fits(json)
            ? new ToolOutcome(json)
            : ToolOutcome.Text(IsText(type?.MediaType)
                ? Decode(bytes, type?.CharSet)
                : string.Create(CultureInfo.InvariantCulture, $"[{type?.MediaType ?? "unknown type"}, {bytes.Length} bytes, not shown]"));
    }

    private static async Task<byte[]> BytesAsync(HttpResponseMessage response, int largest, CancellationToken ct)
    {
        using var body = new LimitedStream(await response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false), largest);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, ct).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private static string Status(HttpResponseMessage response) => $"{(int)response.StatusCode} {response.ReasonPhrase ?? response.StatusCode.ToString()}";

    private static bool IsJson(string? type) => type is not null && (type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static bool IsText(string? type) => type is null || IsJson(type)
        || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
        || type.EndsWith("javascript", StringComparison.OrdinalIgnoreCase) || type.EndsWith("yaml", StringComparison.OrdinalIgnoreCase)
        || string.Equals(type, "application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static string Decode(byte[] bytes, string? charset)
    {
        try
        {
            return (string.IsNullOrEmpty(charset) ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"'))).GetString(bytes);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8.GetString(bytes);
        }
    }

    private static JsonElement? Json(byte[] bytes)
    {
        try
        {
            return JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
