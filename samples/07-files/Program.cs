using System.Text;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

// Files of a task: uploads a table, a document and a picture, attaches their links, and shows what a handler gets of them: the PDF files and
// images as links or as Microsoft.Extensions.AI contents, the text files read into the message.
// Run: dotnet run --project samples/07-files
var files = new Files();
string[] links =
[
    await UploadAsync("cities.csv", "text/csv", "city,degrees\nOslo,3\nRome,15\n"u8.ToArray()),
    await UploadAsync("report.pdf", "application/pdf", "%PDF-1.4\n%%EOF\n"u8.ToArray()),
    await UploadAsync("logo.png", "image/png", Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")),
];

var worker = new AgentWorker().OnTask(DescribeAsync);
var task = await worker.TestAsync(new LocalTaskTest { Input = new() { Text = "Describe these files.", Files = links } });

Console.WriteLine(task.Result);
return task.Status == AgentExecutionStatus.Completed ? 0 : 1;

async Task<string> UploadAsync(string name, string type, byte[] content) => (await files.UploadAsync(new MemoryStream(content), name, type)).Url;

static async Task<string> DescribeAsync(AgentTask task, CancellationToken ct)
{
    var answer = new StringBuilder();
    foreach (var file in task.GetFiles().Concat(task.GetImages()))
    {
        answer.AppendLine($"{file.Name} is {file.MediaType}");
    }

    foreach (var readable in await task.GetHumanReadableFilesAsync(ct))
    {
        answer.AppendLine($"a text file of {readable.Content?.Split('\n').Length - 1} lines");
    }

    // What a model is given. Its text is that of ToMessageAsync.
    var message = await task.ToChatMessageAsync(withData: true, ct: ct);
    answer.AppendLine($"message: {string.Join(", ", message.Contents.Select(content => content.GetType().Name))}");
    return answer.Append(message.Text.Contains("Oslo", StringComparison.Ordinal) ? "The table is in the message." : "The table is missing.").ToString();
}
