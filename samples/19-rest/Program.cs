using System.Net.Http.Json;
using System.Text.Json.Nodes;

// The REST API alone, as any language can call it: invoke an agent, ask again until the task is neither pending nor executing, take the result
// out of the answer. The result is text; of a task with output_format json it is text that holds JSON. Its id continues the conversation.
// Run, with a worker beside it: dotnet run --project samples/19-rest
using var http = new HttpClient { BaseAddress = new(Setting("BASE_URL")) };
http.DefaultRequestHeaders.Add("x-api-key", Setting("API_KEY"));

var task = await AskAsync(new JsonObject { ["input"] = new JsonObject { ["text"] = "How many words are in this question?" }, ["output_format"] = "json" });
Console.WriteLine($"{task["status"]}: {task["result"]}");
Console.WriteLine($"words: {JsonNode.Parse((string)task["result"]!)!["words"]}");
Console.WriteLine($"waited and ran for some time: {Time("created_at") < Time("started_at") && Time("started_at") < Time("finished_at")}");

var next = await AskAsync(new JsonObject { ["id"] = (string)task["id"]!, ["input"] = new JsonObject { ["text"] = "And here?" }, ["output_format"] = "text" });
Console.WriteLine($"{((string?)next["id"] == (string?)task["id"] ? "the same task, next turn" : "another task")}: {next["result"]}");

async Task<JsonObject> AskAsync(JsonObject request)
{
    using var invoked = await http.PostAsJsonAsync(new Uri($"/v1/agents/{Setting("AGENT_ID")}/invoke/async", UriKind.Relative), request);
    invoked.EnsureSuccessStatusCode();
    var asked = (await invoked.Content.ReadFromJsonAsync<JsonObject>())!;
    while ((string?)asked["status"] is "pending" or "executing")
    {
        await Task.Delay(TimeSpan.FromSeconds(0.5));
        asked = (await http.GetFromJsonAsync<JsonObject>(new Uri($"/v1/tasks/{asked["id"]}", UriKind.Relative)))!;
    }

    return asked;
}

static string Setting(string name) =>
    Environment.GetEnvironmentVariable("TASKLIGHT_" + name) ?? throw new InvalidOperationException($"Set TASKLIGHT_{name}; samples/README.md says how.");

DateTimeOffset Time(string name) => DateTimeOffset.Parse((string)task[name]!, null);
