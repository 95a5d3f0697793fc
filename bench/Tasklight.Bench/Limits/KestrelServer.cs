using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Tasklight.Bench.Limits;

/// <summary>The least a web server of the same kind can do: parse and send back a small body; copy an event to every subscriber. Keeps nothing.</summary>
static class KestrelServer
{
    static readonly ConcurrentDictionary<int, Channel<byte[]>> Subscribers = new();
    static int _subscribed;

    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", url);
        builder.Services.Configure<KestrelServerOptions>(static kestrel => kestrel.AddServerHeader = false);
        builder.Services.ConfigureHttpJsonOptions(static json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, EchoJson.Default));
        var app = builder.Build();
        app.MapPost("/echo", static (EchoBody body) => body with { Id = "x" });
        app.MapGet("/stream", StreamAsync);
        app.MapPost("/publish", Publish);
        app.MapGet("/ready", static () => Results.Text("ready"));
        await app.RunAsync();
    }

    static async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        var channel = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
        var id = Interlocked.Increment(ref _subscribed);
        Subscribers[id] = channel;
        try
        {
            await context.Response.Body.FlushAsync();
            while (await channel.Reader.WaitToReadAsync(context.RequestAborted))
            {
                while (channel.Reader.TryRead(out var frame)) context.Response.BodyWriter.Write(frame);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The subscriber left.
        }
        finally
        {
            Subscribers.TryRemove(id, out _);
        }
    }

    static IResult Publish(int count)
    {
        var filling = new string('x', 380);
        for (var i = 0; i < count; i++)
        {
            var frame = Encoding.ASCII.GetBytes($"id: {i}\ndata: {{\"data\":\"@@{i}:{Stopwatch.GetTimestamp()}:{filling}\"}}\n\n");
            foreach (var (_, subscriber) in Subscribers) subscriber.Writer.TryWrite(frame);
        }

        return Results.Text("published");
    }
}
