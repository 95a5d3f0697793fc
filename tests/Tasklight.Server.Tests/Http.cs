using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Tasklight.Server.Tests;

/// <summary>Requests in one line, answers as status and text or JSON.</summary>
static class Http
{
    public static async Task<(HttpStatusCode Status, string Body)> CallAsync(this HttpClient client, string method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        if (body is not null)
            request.Content = body is HttpContent content ? content : JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The answer's JSON; fails the test when the status is another than expected.</summary>
    public static async Task<JsonElement> JsonAsync(this HttpClient client, string method, string path, object? body = null, HttpStatusCode expected = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        var (status, text) = await client.CallAsync(method, path, body, headers);
        Assert.True(status == expected, $"{method} {path}: {(int)status} {text}");
        return JsonElement.Parse(text);
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
