using System.Text.Json;
using CsvAnalyst.Profiling;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace CsvAnalyst;

/// <summary>The task handler: profiles every attached file, telling plan, tool calls and progress on the way.</summary>
internal sealed class Analyst(HttpClient http)
{
    private const string Summarise = "Write the summary";
    private const string Tool = "profile_csv";

    public async Task<AgentTask> AnalyseAsync(TaskContext context)
    {
        var task = context.Task;
        var files = AttachedFile.Of(task.Input.Files);
        if (files.Count == 0)
        {
            task.Status = AgentExecutionStatus.Failed;
            task.Result = "There is no file to profile: attach CSV files to the task (input.files).";
            return task;
        }

        await context.StartPlanAsync([.. files.Select(PlanItem), Summarise]);
        var profiles = new List<FileProfile>();
        foreach (var file in files)
        {
            profiles.Add(await ProfileAsync(context, file));
            await context.CompletePlanItemAsync(PlanItem(file));
        }

        var result = new AnalysisResult(Summary.Of(profiles), profiles);
        await context.CompletePlanItemAsync(Summarise);
        task.Result = JsonSerializer.Serialize(result, ResultJson.Default.AnalysisResult);
        task.Status = profiles.TrueForAll(profile => profile.Problem is not null) ? AgentExecutionStatus.Failed : AgentExecutionStatus.Completed;
        return task;
    }

    private static string PlanItem(AttachedFile file) => $"Profile {file.Name}";

    private async Task<FileProfile> ProfileAsync(TaskContext context, AttachedFile file)
    {
        FileProfile? profile = null;
        await context.ToolCallAsync(Tool, new { File = file.Name }, async () =>
        {
            profile = await FetchAndProfileAsync(context, file);
            return new { profile.Rows, Columns = profile.Columns.Count, profile.Problem };
        });
        return profile!;
    }

    private async Task<FileProfile> FetchAndProfileAsync(TaskContext context, AttachedFile file)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(file.Url), HttpCompletionOption.ResponseHeadersRead, context.Cancelled);
            if (!response.IsSuccessStatusCode)
            {
                return NotFetched(file, $"the file's server answered {(int)response.StatusCode} {response.ReasonPhrase}");
            }

            await using var content = new CountedStream(await response.Content.ReadAsStreamAsync(context.Cancelled));
            var progress = new Progress(context, file.Name, content, response.Content.Headers.ContentLength);
            return await new CsvProfiler(file.Name).ProfileAsync(content, progress.TellAsync, context.Cancelled);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            return NotFetched(file, exception.Message);
        }
    }

    private static FileProfile NotFetched(AttachedFile file, string reason) => new()
    {
        File = file.Name,
        Rows = 0,
        Columns = [],
        Problem = new CsvProblem(null, $"could not be fetched: {reason}"),
    };
}
