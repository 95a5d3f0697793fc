using System.Text;
using Microsoft.AspNetCore.Hosting;

namespace Tasklight.Server.Tests.Api;

/// <summary>Somebody else's HTTP API: answers with what it was asked, or as the path says.</summary>
sealed class EchoServer : IAsyncDisposable
{
    readonly WebApplication _app;

    EchoServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>How often it was asked.</summary>
    public int Calls { get; private set; }

    public static async Task<EchoServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var echo = new EchoServer(builder.Build());
        echo._app.Run(echo.AnswerAsync);
        await echo._app.StartAsync(TestContext.Current.CancellationToken);
        return echo;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        Calls++;
        var request = context.Request;
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        switch (request.Path.Value)
        {
            case "/broken":
                context.Response.StatusCode = 404;
                await context.Response.WriteAsync("no such order");
                break;
            case "/elsewhere":
                context.Response.Redirect("http://127.0.0.1:1/stolen");
                break;
            case "/text":
                await context.Response.WriteAsync("just words");
                break;
            default:
                await context.Response.WriteAsJsonAsync(new
                {
                    method = request.Method,
                    path = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
                    authorization = request.Headers.Authorization.ToString(),
                    host = request.Host.Value,
                    tenant = request.Headers["x-tenant"].ToString(),
                    body,
                });
                break;
        }
    }
}
