using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Server.Api;

namespace Tasklight.Server.Tests.Api;

public sealed class ErrorBoundaryTests
{
    [Fact]
    public async Task A_request_whose_connection_breaks_while_it_is_read_is_no_failure_of_the_server()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        var boundary = new ErrorBoundary(
            static _ => throw new ConnectionResetException("Connection reset by peer"), new RouteHints(new DefaultEndpointDataSource()), lifetime, NullLogger<ErrorBoundary>.Instance);
        var context = new DefaultHttpContext();

        await boundary.InvokeAsync(context);

        Assert.Equal(200, context.Response.StatusCode);
    }

    [Theory]
    [InlineData(false, 500)]
    [InlineData(true, 200)]
    public async Task What_a_request_lacks_because_the_server_has_stopped_is_no_failure_of_the_server(bool hasStopped, int status)
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        if (hasStopped)
            lifetime.NotifyStopped();
        var boundary = new ErrorBoundary(
            static _ => throw new ObjectDisposedException("IServiceProvider"), new RouteHints(new DefaultEndpointDataSource()), lifetime, NullLogger<ErrorBoundary>.Instance);
        var context = new DefaultHttpContext();

        await boundary.InvokeAsync(context);

        Assert.Equal(status, context.Response.StatusCode);
    }
}
