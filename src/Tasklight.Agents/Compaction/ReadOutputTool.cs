using System.Globalization;
using System.Text.Json;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Compaction;

/// <summary>Reads a parked tool output in pieces.</summary>
internal sealed class ReadOutputTool(Func<int, CancellationToken, Task<ToolResultStep?>> find) : RuntimeTool
{
    public const string ToolName = "read_tool_output";

    private const int Longest = ToolResultText.LongestShown - 1_000;

    // A model reads one output piece by piece.
    private (int Id, string Text)? _last;

    public override string Name => ToolName;

    public override string Description => "Reads a piece of a tool output that was too long to be shown whole.";

    public override JsonElement Parameters { get; } = JsonElement.Parse(
        $$$"""
        {"type":"object","required":["id"],"properties":{
          "id":{"type":"integer","description":"The id under which the output is parked."},
          "offset":{"type":"integer","minimum":0,"description":"The first character, from 0."},
          "length":{"type":"integer","minimum":1,"description":"How many characters; {{{Longest}}}, the most, unless said."},
          "search":{"type":"string","description":"Begin at the first place behind the offset that contains this text."}
        }}
        """);

    public override ToolEvents Events => ToolEvents.None;

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        if (Number(call.Arguments, "id") is not { } id)
        {
            return ToolOutcome.Error("Give the id under which the output is parked.");
        }

        if (await TextAsync(id, ct).ConfigureAwait(false) is not { } text)
        {
            return ToolOutcome.Error($"No output is parked under id {id}.");
        }

        var from = Math.Clamp(Number(call.Arguments, "offset") ?? 0, 0, text.Length);
        if (call.Arguments.TryGetProperty("search", out var search) && search.ValueKind == JsonValueKind.String)
        {
            var found = text.IndexOf(search.GetString()!, from, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return ToolOutcome.Text($"From character {from} on, the output does not contain this text.");
            }

            from = found;
        }

        return ToolOutcome.Text(Piece(text, from, Math.Clamp(Number(call.Arguments, "length") ?? Longest, 1, Longest)));
    }

    private static int? Number(JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static string Piece(string text, int from, int length)
    {
        var piece = ToolResultText.Cut(text[from..], length);
        return string.Create(CultureInfo.InvariantCulture, $"[characters {from} to {from + piece.Length} of {text.Length}]\n{piece}");
    }

    private async Task<string?> TextAsync(int id, CancellationToken ct)
    {
        if (_last is { } last && last.Id == id)
        {
            return last.Text;
        }

        if (await find(id, ct).ConfigureAwait(false) is not { } result)
        {
            return null;
        }

        var text = ToolResultText.Whole(result.Result);
        _last = (id, text);
        return text;
    }
}
