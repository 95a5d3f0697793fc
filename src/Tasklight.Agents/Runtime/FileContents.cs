using Microsoft.Extensions.AI;
using Tasklight.Agents.Session;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>The bytes of attached PDF files and images, fetched once a run.</summary>
internal sealed class FileContents(AgentTask task)
{
    private readonly Dictionary<string, AIContent> _contents = new(StringComparer.Ordinal);

    /// <summary>Fetches what the session names and is not there yet; a file that cannot be fetched is handed over as its link.</summary>
    public async Task LoadAsync(AgentSession session, CancellationToken ct)
    {
        var missing = session.Entries.SelectMany(FilesOf).Where(file => !_contents.ContainsKey(file.Url)).DistinctBy(file => file.Url, StringComparer.Ordinal).ToList();
        var contents = await Task.WhenAll(missing.Select(file => task.GetFileContentAsync(file, ct))).ConfigureAwait(false);
        foreach (var (file, content) in missing.Zip(contents))
        {
            _contents[file.Url] = content;
        }
    }

    public AIContent Of(TaskFile file) => _contents[file.Url];

    /// <summary>
    /// After the provider has refused a file: names files from here on in the place of showing them, first those that could not be fetched here, then all.
    /// A link that is dead, or a file that is not what it is called, must not end its thread for good.
    /// </summary>
    /// <returns>False when there are none left.</returns>
    public bool Withhold()
    {
        var shown = _contents.Where(content => content.Value is UriContent).ToList();
        shown = shown.Count > 0 ? shown : [.. _contents.Where(content => content.Value is DataContent)];
        foreach (var (url, content) in shown)
        {
            _contents[url] = new TextContent($"[File {url}, {(content as UriContent)?.MediaType ?? ((DataContent)content).MediaType}: it cannot be loaded, or is not what it is called]");
        }

        return shown.Count > 0;
    }

    private static IReadOnlyList<TaskFile> FilesOf(SessionEntry entry) => entry switch
    {
        SessionEntry.Turn(var turn) => turn.Files,
        SessionEntry.Summary(var summary) => summary.Files,
        _ => [],
    };
}
