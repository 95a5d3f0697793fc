using System.Text.Json.Nodes;
using Tasklight.Cli;

namespace Tasklight.EndToEnd.Tests.CommandLines;

/// <summary>One call of the <c>tasklight</c> command in this process, and what it said.</summary>
internal sealed record CommandRun(int Code, string Text, string Errors)
{
    /// <summary>The path of the command's assembly, to start it as a process of its own.</summary>
    public static string Assembly { get; } =
        Path.Combine(AppContext.BaseDirectory.Replace(Path.Combine("tests", "Tasklight.EndToEnd.Tests"), Path.Combine("src", "Tasklight.Cli"), StringComparison.Ordinal), "tasklight.dll");

    public JsonNode Json => JsonNode.Parse(Text)!;

    public static async Task<CommandRun> OfAsync(params string[] args)
    {
        using var text = new StringWriter();
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(args, text, errors, TestContext.Current.CancellationToken);
        return new CommandRun(code, text.ToString().ReplaceLineEndings("\n"), errors.ToString().ReplaceLineEndings("\n"));
    }

    /// <summary>Against the shared server, with its admin key.</summary>
    public static Task<CommandRun> OfAsync(SharedServer server, params string[] args) =>
        OfAsync([.. args, "--url", server.Address.ToString(), "--key", SharedServer.Key]);
}
