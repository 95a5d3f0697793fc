using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.AI;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk.Prompts;

/// <summary>Sorts attached files by the ending of their link's path (contract: task-object §14) and fetches the readable ones.</summary>
internal static class AttachedFiles
{
    public const string Pdf = "application/pdf";

    private static readonly TimeSpan FetchTime = TimeSpan.FromSeconds(10);

    private static readonly FrozenDictionary<string, string> Images = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".gif"] = "image/gif",
        [".bmp"] = "image/bmp",
        [".tiff"] = "image/tiff",
        [".webp"] = "image/webp",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Readable = FrozenSet.Create(
        StringComparer.Ordinal,
        ".txt", ".csv", ".json", ".xml", ".html", ".htm", ".md", ".rst", ".yaml", ".yml", ".py", ".js", ".ts", ".java", ".c", ".cpp", ".h", ".cs", ".go", ".rb", ".php", ".sh");

    public static IReadOnlyList<TaskFile> PdfsOf(IEnumerable<string> urls) =>
        [.. urls.Where(url => Ending(url) == ".pdf").Select(url => new TaskFile(url, Name(url), Pdf))];

    public static IReadOnlyList<TaskFile> ImagesOf(IEnumerable<string> urls) =>
        [.. urls.Where(url => Images.ContainsKey(Ending(url))).Select(url => new TaskFile(url, Name(url), Images[Ending(url)]))];

    public static IEnumerable<string> ReadableOf(IEnumerable<string> urls) => urls.Where(url => Readable.Contains(Ending(url)));

    public static async Task<ReadableFile> FetchAsync(string url, Transport transport, CancellationToken ct)
    {
        try
        {
            return new(url, await transport.SendAsync(Fetching(url, transport), ct).ConfigureAwait(false));
        }
        catch (ModuleException exception)
        {
            return new(url, Problem(exception));
        }
    }

    public static ReadableFile Fetch(string url, Transport transport, CancellationToken ct)
    {
        try
        {
            return new(url, transport.Send(Fetching(url, transport), ct));
        }
        catch (ModuleException exception)
        {
            return new(url, Problem(exception));
        }
    }

    public static AIContent Link(TaskFile file) => new UriContent(file.Url, file.MediaType);

    public static async Task<AIContent> DataAsync(TaskFile file, Transport transport, CancellationToken ct)
    {
        try
        {
            return Data(file, await transport.SendAsync(Request(file.Url, transport), ct).ConfigureAwait(false));
        }
        catch (ModuleException)
        {
            // The model may reach what is not reached from here.
            return Link(file);
        }
    }

    public static AIContent Data(TaskFile file, Transport transport, CancellationToken ct)
    {
        try
        {
            return Data(file, transport.Send(Request(file.Url, transport), ct));
        }
        catch (ModuleException)
        {
            return Link(file);
        }
    }

    private static DataContent Data(TaskFile file, Answer answer) => new(answer.Body, file.MediaType) { Name = file.Name };

    private static Call<string> Fetching(string url, Transport transport) => new(Request(url, transport), Text);

    private static ApiRequest Request(string url, Transport transport) => new(HttpMethod.Get, "", "fetch the file")
    {
        Url = url,
        IsForeign = true,
        Limit = FetchTime,
        LargestAnswer = transport.Configuration.LargestFile,
    };

    // UTF-8 unless a byte order mark says otherwise.
    private static string Text(Answer answer)
    {
        using var reader = new StreamReader(new MemoryStream(answer.Body), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Problem(ModuleException exception) => $"Error: {exception.Description}";

    private static string Ending(string url) => Path.GetExtension(Name(url)).ToLowerInvariant();

    private static string Name(string url)
    {
        var path = Uri.TryCreate(url, UriKind.Absolute, out var address) ? Uri.UnescapeDataString(address.AbsolutePath) : url.Split('?', '#')[0];
        return path[(path.LastIndexOf('/') + 1)..];
    }
}
