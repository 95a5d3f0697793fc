using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tasklight.Stub;

/// <summary>A server on a free loopback port that answers as it is told and remembers every call.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<StubCall> _calls = Channel.CreateUnbounded<StubCall>();
    private readonly CancellationTokenSource _stopping = new();

    private StubServer(Func<StubCall, StubAnswer> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(context => AnswerAsync(context, answer));
    }

    public string BaseUrl => _app.Urls.Single();

    public static async Task<StubServer> StartAsync(Func<StubCall, StubAnswer> answer)
    {
        var server = new StubServer(answer);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next call that was not looked at yet; waited for no longer than a minute.</summary>
    public Task<StubCall> NextAsync() =>
        _calls.Reader.ReadAsync(Xunit.TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), Xunit.TestContext.Current.CancellationToken);

    /// <summary>The next call that matches; others before it are passed over.</summary>
    public async Task<StubCall> NextAsync(Func<StubCall, bool> matches)
    {
        while (true)
        {
            var call = await NextAsync();
            if (matches(call))
            {
                return call;
            }
        }
    }

    /// <summary>Calls that came and were not looked at yet.</summary>
    public IReadOnlyList<StubCall> Rest()
    {
        var rest = new List<StubCall>();
        while (_calls.Reader.TryRead(out var call))
        {
            rest.Add(call);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Func<StubCall, StubAnswer> decide)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var call = new StubCall(context.Request.Method, context.Request.Path.Value!, context.Request.QueryString.Value!, headers, body);
        var answer = decide(call);
        _calls.Writer.TryWrite(call);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        if (answer.RetryAfter is not null)
        {
            context.Response.Headers.RetryAfter = answer.RetryAfter;
        }

        if (answer.Date is not null)
        {
            context.Response.Headers.Date = answer.Date;
        }

        if (answer.Location is not null)
        {
            context.Response.Headers.Location = answer.Location;
        }

        if (answer.Frames is null)
        {
            await context.Response.WriteAsync(answer.Body);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await context.Response.Body.FlushAsync(end.Token);
            await foreach (var frame in answer.Frames.WithCancellation(end.Token))
            {
                await context.Response.WriteAsync(frame, end.Token);
                await context.Response.Body.FlushAsync(end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left, or the test is over.
        }
        catch (StubCutException)
        {
            context.Abort();
        }
    }
}
