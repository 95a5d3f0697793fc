using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tasklight.Bench.Measure;

namespace Tasklight.Bench.Report;

/// <summary>Keeps every figure, as it comes, in memory and as a line of JSON.</summary>
sealed class Recorder(string path)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly List<Figure> _figures = [];

    public IReadOnlyCollection<Figure> Figures => _figures;

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        File.AppendAllText(path, JsonSerializer.Serialize(figure, Json) + "\n");
        Console.Error.WriteLine($"  {figure.Name,-26} {figure.Value,12:#,0.###} {figure.Unit,-6}{(figure.Clean ? "" : $" DOES NOT COUNT: {figure.FirstError}")}");
    }
}
