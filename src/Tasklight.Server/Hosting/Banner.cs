using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Tasklight.Server.Hosting;

/// <summary>What an operator sees once the server is ready.</summary>
sealed class Banner(IServer server, DataDirectory data)
{
    readonly List<(string Label, string Text)> _notes = [];

    /// <summary>Adds a line, in order.</summary>
    public void Note(string label, string text) => _notes.Add((label, text));

    public void Show(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"  Tasklight {HelpText.Version} is ready.");
        output.WriteLine();
        Line(output, "address", string.Join("  ", server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []));
        Line(output, "data", data.Path);
        foreach (var (label, text) in _notes)
            Line(output, label, text);
        output.WriteLine();
        output.Flush();
    }

    static void Line(TextWriter output, string label, string text) => output.WriteLine($"  {label,-14}{text}");
}
