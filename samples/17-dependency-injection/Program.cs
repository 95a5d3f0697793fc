using Tasklight.Sdk;

// The client in a host: Tasks, Agents, Backend and Files come by injection, over IHttpClientFactory, with settings that are checked when the
// host starts. POST /questions?text=… creates a task, GET /questions/{id} says how it stands.
// Run, with a worker beside it: dotnet run --project samples/17-dependency-injection -- --urls http://127.0.0.1:8700
var builder = WebApplication.CreateBuilder(args);
#region README injection
builder.Services.AddTasklightClient(configuration => configuration.RetryFor = TimeSpan.FromSeconds(10));
#endregion
var app = builder.Build();

app.MapPost("/questions", async (string text, Agents agents, CancellationToken ct) =>
{
    var agent = await agents.GetAsync(ct: ct);
    var task = await agent.CreateTaskAsync(text, ct: ct);
    return Results.Accepted($"/questions/{task.Id}");
});

app.MapGet("/questions/{id}", async (string id, Tasks tasks, CancellationToken ct) =>
{
    try
    {
        var task = await tasks.GetAsync(id, ct);
        return Results.Ok(new { task.Status, task.Result });
    }
    catch (TaskNotFoundException)
    {
        return Results.NotFound();
    }
});

await app.RunAsync();
