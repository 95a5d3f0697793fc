using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Tasklight.Cli;

/// <summary>Where the command says what it found: text for people, coloured on terminals only, or JSON for programs.</summary>
/// <param name="text">The result.</param>
/// <param name="errors">Everything else.</param>
/// <param name="isJson">The result is JSON: one value, or one a line where something is followed.</param>
internal sealed class Output(TextWriter text, TextWriter errors, bool isJson)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsJson => isJson;

    public TextWriter Text { get; } = text;

    public TextWriter Errors { get; } = errors;

    /// <summary>Styled text for people.</summary>
    public IAnsiConsole People { get; } = ConsoleOf(text, ReferenceEquals(text, Console.Out) && Console.IsOutputRedirected);

    /// <summary>Styled text for people, beside the result.</summary>
    public IAnsiConsole Aside { get; } = ConsoleOf(errors, ReferenceEquals(errors, Console.Error) && Console.IsErrorRedirected);

    /// <summary>One value as JSON.</summary>
    public void Json<T>(T value, JsonTypeInfo<T> type, bool onOneLine = false) => Json(JsonSerializer.SerializeToNode(value, type), onOneLine);

    /// <inheritdoc cref="Json{T}"/>
    public void Json(JsonNode? value, bool onOneLine = false) =>
        Text.WriteLine(value is null ? "null" : onOneLine ? value.ToJsonString(new(Indented) { WriteIndented = false }) : value.ToJsonString(Indented));

    private static IAnsiConsole ConsoleOf(TextWriter writer, bool isRedirected)
    {
        var isTerminal = (ReferenceEquals(writer, Console.Out) || ReferenceEquals(writer, Console.Error)) && !isRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
        {
            // Nothing is broken into lines that a program or a file then has.
            console.Profile.Width = 10_000;
        }

        return console;
    }
}
