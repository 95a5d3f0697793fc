using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;
using Tasklight.Server.Access;

namespace Tasklight.Server.Agents;

/// <summary>Calls HTTP operations of agents for clients, through the fetch guard. A redirect is not followed: it would take the tool's headers along.</summary>
sealed class OperationCaller : IDisposable
{
    /// <summary>Longer answers are refused.</summary>
    const int MostBytes = 10 * 1024 * 1024;

    const int LongestShown = 2_000;

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    readonly HttpClient _http;

    public OperationCaller(FetchGuard guard)
    {
        var handler = guard.NewHandler();
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        _http = new HttpClient(handler) { Timeout = Longest, MaxResponseContentBufferSize = MostBytes };
    }

    public void Dispose() => _http.Dispose();

    /// <summary>The answer as JSON, a text that is none as a JSON string; what failed as a sentence.</summary>
    public async Task<(JsonElement Result, bool IsError)> CallAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            return answer.IsSuccessStatusCode
                ? (Json(text), false)
                : Failed($"{request.RequestUri!.Host} answered {(int)answer.StatusCode}: {(text.Length <= LongestShown ? text : string.Concat(text.AsSpan(0, LongestShown), "…"))}");
        }
        catch (HttpRequestException problem) when (problem.GetBaseException() is PrivateAddressException refused)
        {
            return Failed(refused.Message);
        }
        catch (HttpRequestException problem)
        {
            return Failed($"{request.RequestUri!.Host} could not be asked: {problem.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"{request.RequestUri!.Host} did not answer within {Longest.TotalSeconds:0} s."));
        }
    }

    static JsonElement Json(string text)
    {
        try
        {
            // The answer goes on as an event and a body, which nest what is here.
            return text.Length == 0 ? Text("") : JsonElement.Parse(Encoding.UTF8.GetBytes(text), new JsonDocumentOptions { MaxDepth = WireReader.MaxDepth });
        }
        catch (JsonException)
        {
            return Text(text);
        }
    }

    static (JsonElement Result, bool IsError) Failed(string sentence) => (Text(sentence), true);

    static JsonElement Text(string text) => JsonSerializer.SerializeToElement(JsonValue.Create(text)!);
}
