using Microsoft.AspNetCore.Http.Features;

namespace Tasklight.Server.Hosting;

/// <summary>A response whose headers are out, shown to an endpoint as one it may still set up: what it sets goes nowhere.</summary>
sealed class BegunResponse(IHttpResponseFeature begun) : IHttpResponseFeature
{
    public int StatusCode { get; set; } = StatusCodes.Status200OK;
    public string? ReasonPhrase { get; set; }
    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();
    public bool HasStarted => false;

    [Obsolete("Use IHttpResponseBodyFeature.Stream instead.")]
    public Stream Body
    {
        get => begun.Body;
        set => begun.Body = value;
    }

    public void OnCompleted(Func<object, Task> callback, object state) => begun.OnCompleted(callback, state);

    public void OnStarting(Func<object, Task> callback, object state)
    {
        // It has started: what was to be set then would go nowhere too.
    }
}
