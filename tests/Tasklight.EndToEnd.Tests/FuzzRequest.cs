using System.Net.Http.Headers;
using System.Text;

namespace Tasklight.EndToEnd.Tests;

/// <summary>One request of a fuzz.</summary>
sealed record FuzzRequest(string Method, string Path, byte[]? Body, string? ContentType, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The answer may rightly not come for minutes.</summary>
    public bool MayWait { get; init; }

    /// <summary>The document says that the route is not served.</summary>
    public bool IsNotServed { get; init; }

    public HttpRequestMessage ToMessage(Uri server)
    {
        // The path goes out as it is: double slashes and dots are part of the trial.
        var address = new Uri(server.GetLeftPart(UriPartial.Authority) + Path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(Method), address);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.ContentType = ContentType is null ? null : MediaTypeHeaderValue.Parse(ContentType);
        }

        foreach (var (name, value) in Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public override string ToString() =>
        $"{Method} {(Path.Length > 300 ? Path[..300] + "…" : Path)} [{string.Join("; ", Headers)}] {ContentType} {(Body is null ? "" : Encoding.Latin1.GetString(Body.AsSpan(0, Math.Min(Body.Length, 600))))}";
}
