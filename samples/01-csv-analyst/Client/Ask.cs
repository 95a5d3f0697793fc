using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace CsvAnalyst.Client;

/// <summary>The other side: uploads files, creates the task, shows its events as they come, and its result.</summary>
internal sealed class Ask(Configuration configuration, TextWriter output, bool hasColours)
{
    /// <summary>True when the task completed.</summary>
    public async Task<bool> RunAsync(IReadOnlyList<string> paths, CancellationToken ct)
    {
        var links = new List<string>();
        foreach (var path in paths)
        {
            var file = await new Files(configuration).UploadAsync(path, ct);
            output.WriteLine($"  uploaded {file.Name}, {file.Size:N0} bytes");
            links.Add(file.Url);
        }

        var request = new CreateTaskRequest
        {
            Input = new() { Text = "Profile the attached files.", Files = links },
            OutputFormat = OutputFormat.Json,
            OutputSchema = ResultSchema.Json,
            EventsStreaming = true,
        };
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, request, ct: ct);
        output.WriteLine($"  created task {task.Id}");
        output.WriteLine();

        var view = new TaskView(output, hasColours);
        await foreach (var update in task.EventsAsync(ct))
        {
            view.Show(update);
        }

        await task.ReloadAsync(ct);
        ShowResult(task);
        return task.Status == AgentExecutionStatus.Completed;
    }

    private void ShowResult(AgentTask task)
    {
        output.WriteLine();
        if (task.Result is not ['{', ..] || JsonSerializer.Deserialize(task.Result, ResultJson.Default.AnalysisResult) is not { } result)
        {
            output.WriteLine($"  {task.Result}");
            return;
        }

        output.WriteLine($"  {result.Summary}");
        foreach (var file in result.Files)
        {
            output.WriteLine();
            output.WriteLine($"  {file.File}: {file.Rows:N0} rows");
            foreach (var line in ResultTable.Lines(file))
            {
                output.WriteLine($"  {line}");
            }
        }
    }
}
