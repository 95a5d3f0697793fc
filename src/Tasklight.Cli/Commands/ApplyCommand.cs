using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tasklight.Cli.Definitions;
using Tasklight.Sdk;

namespace Tasklight.Cli.Commands;

/// <summary><c>tasklight agents apply</c>.</summary>
internal static class ApplyCommand
{
    private static readonly Argument<string[]> Files = new("files") { Description = "YAML files ('-' is the standard input), each with one agent or several", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show what would change, and change nothing" };
    private static readonly Option<bool> Deploy = new("--deploy") { Description = "Deploy what changed, so that new tasks run with it (this is so unless --no-deploy is given)" };
    private static readonly Option<bool> NoDeploy = new("--no-deploy") { Description = "Change the drafts only" };

    private static readonly Option<bool> Secrets = new("--secrets") { Description = "Replace secrets that the server has by those of the files; otherwise they are taken for the same" };

    public static Command Make(CommandRunner runner)
    {
        var command = runner.Command(
            "apply",
            "Make agents what files say they are. Agents are found by name (or id); fields that a file leaves out stay as they are. Doing it again changes nothing.",
            RunAsync,
            Files, DryRun, Deploy, NoDeploy, Secrets);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Deploy) && result.GetValue(NoDeploy))
            {
                result.AddError("--deploy and --no-deploy exclude each other.");
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context)
    {
        var applier = await Applier.OpenAsync(context.Agents, ReadAll(context), context.Ct);
        var report = new JsonArray();
        foreach (var definition in applier.InOrder())
        {
            var plan = applier.PlanFor(definition, context.Get(Secrets));
            var agent = context.Get(DryRun) ? plan.Existing : await ApplyAsync(applier, plan, !context.Get(NoDeploy), context.Ct);
            if (context.Output.IsJson)
            {
                report.Add(Report(plan, agent));
            }
            else
            {
                Show(context.Output.People, plan, agent, context.Get(DryRun));
            }
        }

        if (context.Output.IsJson)
        {
            context.Output.Json(report);
        }

        return ExitCodes.Done;
    }

    private static async Task<Agent> ApplyAsync(Applier applier, AgentPlan plan, bool deploy, CancellationToken ct)
    {
        try
        {
            return await applier.ApplyAsync(plan, deploy, ct);
        }
        catch (ModuleException refusal)
        {
            throw new CliException(ExitCodes.Failed, $"{plan.Definition.File}: {plan.Definition.Name}: {refusal.Description}");
        }
    }

    // All files, so that everything wrong is told at once.
    private static List<AgentDefinition> ReadAll(CommandContext context)
    {
        var (definitions, errors) = (new List<AgentDefinition>(), new List<DefinitionError>());
        foreach (var file in context.Get(Files))
        {
            try
            {
                using var text = file == "-" ? Console.In : File.OpenText(file);
                definitions.AddRange(DefinitionFile.Read(file, text, Environment.GetEnvironmentVariable));
            }
            catch (DefinitionException problem)
            {
                errors.AddRange(problem.Errors);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                errors.Add(new DefinitionError(file, new Mark(1, 1, ""), $"The file cannot be read: {problem.Message}"));
            }
        }

        return errors.Count == 0 ? definitions : throw new DefinitionException(errors);
    }

    private static string ActionOf(AgentPlan plan) => plan switch
    {
        { Existing: null } => "created",
        { Changes.Count: > 0 } => "changed",
        _ => "unchanged",
    };

    private static JsonObject Report(AgentPlan plan, Agent? agent) => new()
    {
        ["name"] = plan.Definition.Name,
        ["id"] = agent?.Id,
        ["action"] = ActionOf(plan),
        ["version"] = agent?.Version,
        ["is_deployed"] = agent is { HasPendingChanges: false },
        ["changes"] = new JsonArray([.. plan.Changes.Select(change => new JsonObject { ["path"] = change.Path, ["before"] = change.Before, ["after"] = change.After })]),
    };

    private static void Show(IAnsiConsole people, AgentPlan plan, Agent? agent, bool isDryRun)
    {
        var (sign, style) = plan switch
        {
            { Existing: null } => ("+", "green"),
            { Changes.Count: > 0 } => ("~", "yellow"),
            _ => ("=", "grey"),
        };
        var deployed = isDryRun ? " (dry run)" : agent is { HasPendingChanges: false } ? $", version {agent.Version} deployed" : ", not deployed";
        people.MarkupLine($"[{style}]{sign} {Markup.Escape(plan.Definition.Name)}[/] {ActionOf(plan)}{deployed} [grey]{agent?.Id}[/]");
        foreach (var change in plan.Changes)
        {
            Show(people, change);
        }
    }

    private static void Show(IAnsiConsole people, FieldChange change)
    {
        var path = Markup.Escape(change.Path);
        if ((change.Before ?? change.After)!.Contains('\n', StringComparison.Ordinal) || change.After?.Contains('\n', StringComparison.Ordinal) == true)
        {
            people.MarkupLine($"    {path}:");
            foreach (var (sign, line) in LineDifference.Of(change.Before, change.After))
            {
                people.MarkupLine($"      [{(sign == '+' ? "green" : "red")}]{sign} {Markup.Escape(line)}[/]");
            }

            return;
        }

        var (before, after) = (Markup.Escape(change.Before ?? ""), Markup.Escape(change.After ?? ""));
        people.MarkupLine(change switch
        {
            { Before: null } => $"    [green]+ {path}: {after}[/]",
            { After: null } => $"    [red]- {path}: {before}[/]",
            _ => $"    [yellow]~ {path}: {before} → {after}[/]",
        });
    }
}
