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

    private static IReadOnlyList<TaskFile> FilesOf(SessionEntry entry) => entry switch
    {
        SessionEntry.Turn(var turn) => turn.Files,
        SessionEntry.Summary(var summary) => summary.Files,
        _ => [],
    };
}
