using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tasklight.Bench.Measure;

namespace Tasklight.Bench.Models;

/// <summary>
/// A model over the chat completions API that answers at once: it calls the tool <c>look</c>, which it serves too, until a conversation has as many
/// answers as its prompt says, and then ends it. Times what lies between its answer and the next request, without the time in its own tool.
/// </summary>
sealed class ModelDouble : IAsyncDisposable
{
    const string Mark = "@@";

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, Conversation> _conversations = new(StringComparer.Ordinal);
    TaskCompletionSource _gate = new();
    int _waiting;
    int _expected;

    ModelDouble(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/chat/completions", AnswerAsync);
        app.MapPost("/look/{task}", Look);
    }

    public string Url => _app.Urls.First();

    /// <summary>From the last byte of an answer to the next request of the same conversation.</summary>
    public Latencies Overheads { get; private set; } = new();

    public static async Task<ModelDouble> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<KestrelServerOptions>(static kestrel => kestrel.AddServerHeader = false);
        var model = new ModelDouble(builder.Build());
        await model._app.StartAsync();
        return model;
    }

    /// <summary>The prompt of a conversation with so many answers.</summary>
    public static string Prompt(int answers) => $"{Mark}{Guid.NewGuid():N}:{answers}{Mark} Look at everything and say what you saw.";

    /// <summary>Begins to measure anew. The first answers wait until so many conversations have asked.</summary>
    public void Expect(int conversations)
    {
        Overheads = new Latencies();
        (_waiting, _expected, _gate) = (0, conversations, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var asked = Stopwatch.GetTimestamp();
        var (id, answers) = Read(body.GetBuffer().AsSpan(0, (int)body.Length));
        var conversation = _conversations.GetOrAdd(id, static _ => new Conversation());
        if (conversation.Answered is { } answered) Overheads.Add(Stopwatch.GetElapsedTime(answered, asked).TotalMilliseconds - conversation.InTool.TotalMilliseconds);
        else await TogetherAsync();
        conversation.Number++;
        context.Response.ContentType = "text/event-stream";
        foreach (var piece in conversation.Number < answers ? Call(id, conversation.Number) : End()) await context.Response.WriteAsync(piece);
        conversation.InTool = TimeSpan.Zero;
        await context.Response.CompleteAsync();
        conversation.Answered = Stopwatch.GetTimestamp();
        if (conversation.Number == answers) _conversations.TryRemove(id, out _);
    }

    async Task Look(HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("""{"seen":"a thing like all the others","count":1}""");
        await context.Response.CompleteAsync();
        if (_conversations.TryGetValue((string)context.Request.RouteValues["task"]!, out var conversation)) conversation.InTool += Stopwatch.GetElapsedTime(began);
    }

    Task TogetherAsync()
    {
        if (Interlocked.Increment(ref _waiting) >= _expected) _gate.TrySetResult();
        return _gate.Task;
    }

    static (string Id, int Answers) Read(ReadOnlySpan<byte> body)
    {
        var from = body.IndexOf("@@"u8) + 2;
        var mark = Encoding.ASCII.GetString(body[from..(from + body[from..].IndexOf("@@"u8))]).Split(':');
        return (mark[0], int.Parse(mark[1]));
    }

    static IEnumerable<string> Call(string id, int number)
    {
        yield return Chunk("""{"role":"assistant","content":""}""");
        foreach (var word in (string[])["I ", "look ", "at ", "the ", "next ", "one."]) yield return Chunk($$"""{"content":"{{word}}"}""");
        yield return Chunk($$$"""{"tool_calls":[{"index":0,"id":"call_{{{number}}}","type":"function","function":{"name":"look","arguments":""}}]}""");
        yield return Chunk($$$"""{"tool_calls":[{"index":0,"function":{"arguments":"{\"task\":\"{{{id}}}\",\"number\":{{{number}}}}"}}]}""");
        yield return Chunk("{}", "tool_calls");
        yield return Usage;
    }

    static IEnumerable<string> End()
    {
        yield return Chunk("""{"role":"assistant","content":""}""");
        foreach (var word in (string[])["I ", "have ", "seen ", "it."]) yield return Chunk($$"""{"content":"{{word}}"}""");
        yield return Chunk("{}", "stop");
        yield return Usage;
    }

    static string Chunk(string delta, string? finish = null) =>
        $$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"double","choices":[{"index":0,"delta":{{{delta}}},"finish_reason":{{{(finish is null ? "null" : $"\"{finish}\"")}}}}]}""" + "\n\n";

    const string Usage = """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"double","choices":[],"usage":{"prompt_tokens":500,"completion_tokens":20,"total_tokens":520}}""" + "\n\ndata: [DONE]\n\n";

    sealed class Conversation
    {
        public int Number { get; set; }

        public long? Answered { get; set; }

        public TimeSpan InTool { get; set; }
    }
}
