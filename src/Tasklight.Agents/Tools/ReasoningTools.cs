using System.Text.Json;

namespace Tasklight.Agents.Tools;

/// <summary>Tools that do nothing but let the model lay out its thoughts where people can follow them: <c>think</c> and <c>analyze</c>.</summary>
internal static class ReasoningTools
{
    /// <summary>Both.</summary>
    public static IReadOnlyList<RuntimeTool> All { get; } =
    [
        new ReasoningTool(
            "think",
            "Lays out a step of reasoning before acting: what is known, what is missing, what to do next.",
            """
            {"type":"object","required":["title","thought"],"properties":{
              "title":{"type":"string","description":"A headline."},
              "thought":{"type":"string","description":"The reasoning."},
              "action":{"type":"string","description":"What to do next."},
              "confidence":{"type":"number","minimum":0,"maximum":1}}}
            """,
            ToolEvents.Think),
        new ReasoningTool(
            "analyze",
            "Judges a result: what it shows, whether it is enough, what follows.",
            """
            {"type":"object","required":["title","analysis"],"properties":{
              "title":{"type":"string","description":"A headline."},
              "result":{"type":"string","description":"What is judged, in short."},
              "analysis":{"type":"string","description":"The judgement."},
              "action":{"type":"string","description":"What to do next."},
              "confidence":{"type":"number","minimum":0,"maximum":1}}}
            """,
            ToolEvents.Analyze),
    ];

    private sealed class ReasoningTool(string name, string description, string parameters, ToolEvents events) : RuntimeTool
    {
        public override string Name => name;

        public override string Description => description;

        public override JsonElement Parameters { get; } = JsonElement.Parse(parameters);

        public override ToolEvents Events => events;

        public override ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct) => ValueTask.FromResult(ToolOutcome.Text("Noted."));
    }
}
