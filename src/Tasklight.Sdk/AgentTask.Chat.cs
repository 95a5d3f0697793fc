using Microsoft.Extensions.AI;
using Tasklight.Sdk.Prompts;

namespace Tasklight.Sdk;

/// <content>What the task asks for, as a message of Microsoft.Extensions.AI.</content>
public sealed partial class AgentTask
{
    /// <summary>The text of <see cref="ToMessageAsync"/> with the task's PDF files and images, as a user's message.</summary>
    /// <param name="retryCount">How often this turn was begun again to finish its plan; 0 at first.</param>
    /// <param name="withData">Fetch the files and hand over their bytes; otherwise, and for a file that cannot be fetched, its link.</param>
    /// <param name="ct">Ends the calls.</param>
    /// <exception cref="ModuleException">On a retry: the task could not be fetched or saved.</exception>
    public async Task<ChatMessage> ToChatMessageAsync(int retryCount = 0, bool withData = false, CancellationToken ct = default)
    {
        var message = new ChatMessage(ChatRole.User, await ToMessageAsync(retryCount, ct).ConfigureAwait(false));
        foreach (var file in ChatFiles())
        {
            message.Contents.Add(withData ? await AttachedFiles.DataAsync(file, _link.Transport, ct).ConfigureAwait(false) : AttachedFiles.Link(file));
        }

        return message;
    }

    /// <inheritdoc cref="ToChatMessageAsync"/>
    public ChatMessage ToChatMessage(int retryCount = 0, bool withData = false, CancellationToken ct = default)
    {
        var message = new ChatMessage(ChatRole.User, ToMessage(retryCount, ct));
        foreach (var file in ChatFiles())
        {
            message.Contents.Add(withData ? AttachedFiles.Data(file, _link.Transport, ct) : AttachedFiles.Link(file));
        }

        return message;
    }

    /// <summary>An attached file's bytes; its link when it cannot be fetched.</summary>
    /// <param name="file">One of <see cref="GetFiles"/> or <see cref="GetImages"/>, of this turn or an earlier one.</param>
    /// <param name="ct">Ends the call.</param>
    public async Task<AIContent> GetFileContentAsync(TaskFile file, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return await AttachedFiles.DataAsync(file, _link.Transport, ct).ConfigureAwait(false);
    }

    /// <inheritdoc cref="GetFileContentAsync"/>
    public AIContent GetFileContent(TaskFile file, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return AttachedFiles.Data(file, _link.Transport, ct);
    }

    // A link that is no address can be named in the text, but not handed over.
    private IEnumerable<TaskFile> ChatFiles() => GetFiles().Concat(GetImages()).Where(file => Uri.IsWellFormedUriString(file.Url, UriKind.Absolute));
}
