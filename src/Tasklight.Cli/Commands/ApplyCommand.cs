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

    public static Command Make(CommandRunner runner)
    {
        var command = runner.Command(
            "apply",
            "Make agents what files say they are. Agents are found by name (or id); fields that a file leaves out stay as they are. Doing it again changes nothing.",
            RunAsync,
            Files, DryRun, Deploy, NoDeploy);
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
            var plan = applier.PlanFor(definition);
            var applied = context.Get(DryRun) ? null : await ApplyAsync(applier, plan, !context.Get(NoDeploy), context.Ct);
            if (context.Output.IsJson)
            {
                report.Add(Report(plan, applied));
            }
            else
            {
                Show(context.Output.People, plan, applied);
            }
        }

        if (context.Output.IsJson)
        {
            context.Output.Json(report);
        }

        return ExitCodes.Done;
    }

    private static async Task<AppliedAgent> ApplyAsync(Applier applier, AgentPlan plan, bool deploy, CancellationToken ct)
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

    private static string ActionOf(AgentPlan plan, AppliedAgent? applied) => plan switch
    {
        { Existing: null } => "created",
        { Difference.Changes.Count: > 0 } => "changed",
        _ => applied is { HasNewSecrets: true } ? "changed" : "unchanged",
    };

    private static JsonObject Report(AgentPlan plan, AppliedAgent? applied)
    {
        var agent = applied?.Agent ?? plan.Existing;
        return new JsonObject
        {
            ["name"] = plan.Definition.Name,
            ["id"] = agent?.Id,
            ["action"] = ActionOf(plan, applied),
            ["version"] = agent?.Version,
            ["is_deployed"] = agent is { HasPendingChanges: false },
            ["changes"] = new JsonArray([.. plan.Difference.Changes.Select(change => new JsonObject { ["path"] = change.Path, ["before"] = change.Before, ["after"] = change.After })]),
            ["secrets"] = new JsonArray([.. plan.Difference.Secrets.Select(path => JsonValue.Create(path))]),
        };
    }

    private static void Show(IAnsiConsole people, AgentPlan plan, AppliedAgent? applied)
    {
        var action = ActionOf(plan, applied);
        var (sign, style) = action switch
        {
            "created" => ("+", "green"),
            "changed" => ("~", "yellow"),
            _ => ("=", "grey"),
        };
        people.MarkupLine($"[{style}]{sign} {Markup.Escape(plan.Definition.Name)}[/] {(applied is null ? WouldBe(action) : action + Deployed(applied.Agent))}");
        foreach (var change in plan.Difference.Changes)
        {
            Show(people, change);
        }

        if (plan.Difference.Secrets.Count > 0 && (applied is null || applied.HasNewSecrets))
        {
            var differ = applied is null ? "compared when it is applied" : "not all the same as before";
            people.MarkupLine($"    [yellow]~ secrets, {differ}: {Markup.Escape(string.Join(", ", plan.Difference.Secrets))}[/]");
        }
    }

    private static string WouldBe(string action) => action == "unchanged" ? action : $"would be {action}";

    private static string Deployed(Agent agent) => $"{(agent.HasPendingChanges ? ", not deployed" : $", version {agent.Version} deployed")} [grey]{agent.Id}[/]";

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
