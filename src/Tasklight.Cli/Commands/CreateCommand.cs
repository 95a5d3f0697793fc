using System.CommandLine;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary><c>tasklight tasks create</c>.</summary>
internal static class CreateCommand
{
    private static readonly Argument<string> Agent = new("agent") { Description = "Name or id of the agent that shall do it", HelpName = "AGENT" };
    private static readonly Argument<string> Prompt = new("prompt") { Description = "What is asked for; '-' reads the standard input", HelpName = "PROMPT" };
    private static readonly Option<string[]> Attached = new("--file") { Description = "Attach the file at this address, or upload this one from disk; may be given again", HelpName = "FILE" };
    private static readonly Option<string?> Id = new("--id") { Description = "Begin the next turn of this task, or choose a new task's id", HelpName = "TASK" };
    private static readonly Option<string?> Title = new("--title") { Description = "A title", HelpName = "TEXT" };
    private static readonly Option<string?> User = new("--user") { Description = "The end user whom it is done for: their logins are used, their limits count", HelpName = "EMAIL" };
    private static readonly Option<bool> Watch = new("--watch", "-w") { Description = "Follow it, as 'tasks watch' does" };

    public static Command Make(CommandRunner runner) => runner.Command("create", "Create a task, or begin the next turn of one", RunAsync, Agent, Prompt, Attached, Id, Title, User, Watch);

    private static async Task<int> RunAsync(CommandContext context)
    {
        var text = context.Get(Prompt) == "-" ? await Console.In.ReadToEndAsync(context.Ct) : context.Get(Prompt);
        var files = new List<string>();
        foreach (var file in context.Get(Attached) ?? [])
        {
            files.Add(IsAddress(file) ? file : await UploadedAsync(context, file));
        }

        var request = new CreateTaskRequest
        {
            Id = context.Get(Id),
            Title = context.Get(Title),
            Input = new() { Text = text, Files = files, User = context.Get(User) is { } user ? new User { Id = user, Email = user } : null },
            EventsStreaming = true,
        };
        var task = await context.Tasks.CreateAsync(await context.AgentIdAsync(context.Get(Agent)), request, idempotencyKey: Guid.NewGuid().ToString(), ct: context.Ct);
        if (context.Get(Watch))
        {
            await context.Output.Errors.WriteLineAsync(task.Id);
            return await TaskWatch.RunAsync(context, task);
        }

        TaskText.Show(context.Output, task);
        return ExitCodes.Done;
    }

    private static bool IsAddress(string file) => Uri.TryCreate(file, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static async Task<string> UploadedAsync(CommandContext context, string path)
    {
        try
        {
            return (await new Files(context.Configuration).UploadAsync(path, context.Ct)).Url;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.Wrong, $"--file: {problem.Message}");
        }
    }
}
