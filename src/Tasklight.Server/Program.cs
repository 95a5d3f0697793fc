var builder = WebApplication.CreateSlimBuilder(args);
var app = builder.Build();

app.MapGet("/health", () => TypedResults.Text("\"ok\"", "application/json"));

app.Run();
