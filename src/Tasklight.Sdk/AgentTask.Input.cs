using Tasklight.Protocol;
using Tasklight.Sdk.Prompts;

namespace Tasklight.Sdk;

/// <content>What the task asks for, in forms that agent frameworks take.</content>
public sealed partial class AgentTask
{
    // Each waits on a thread of its own.
    private const int MostFetchesAtOnce = 16;

    private IReadOnlyList<string> AttachedUrls => [.. (Input.Files ?? []).Where(static url => url is not null)];

    // A retry of a plan that is being worked off.
    private bool IsContinuing(int retryCount) => retryCount > 0 && DeepPlanning is { Enabled: true, Started: true };

    /// <summary>The attached PDF files, by the ending of their links.</summary>
    public IReadOnlyList<TaskFile> GetFiles() => AttachedFiles.PdfsOf(AttachedUrls);

    /// <summary>The attached images, by the ending of their links.</summary>
    public IReadOnlyList<TaskFile> GetImages() => AttachedFiles.ImagesOf(AttachedUrls);

    /// <summary>
    /// The attached files that people can read (text, CSV, JSON, source code …), fetched all at once with 10 s each. A file that cannot be
    /// fetched has its error as content. Nothing is fetched when <c>DisableAttachmentInjection</c> is set. The API key is never sent to a file's address.
    /// </summary>
    public async Task<IReadOnlyList<ReadableFile>> GetHumanReadableFilesAsync(CancellationToken ct = default) => DisableAttachmentInjection
        ? Unfetched()
        : await Task.WhenAll(AttachedFiles.ReadableOf(AttachedUrls).Select(url => AttachedFiles.FetchAsync(url, _link.Transport, ct))).ConfigureAwait(false);

    /// <inheritdoc cref="GetHumanReadableFilesAsync"/>
    public IReadOnlyList<ReadableFile> GetHumanReadableFiles(CancellationToken ct = default) => DisableAttachmentInjection
        ? Unfetched()
        : [.. AttachedFiles.ReadableOf(AttachedUrls).AsParallel().AsOrdered().WithDegreeOfParallelism(MostFetchesAtOnce).WithCancellation(ct)
            .Select(url => AttachedFiles.Fetch(url, _link.Transport, ct))];

    /// <summary>
    /// The text to give to an agent: the request, its files' links, and what is in those that people can read. On a retry of a plan that is
    /// being worked off, the task is fetched again (result, status and tokens stay as they are here) and the text says what is done, what is
    /// open and what comes next; had the agent asked a question, the question is taken for answered and the plan saved.
    /// </summary>
    /// <param name="retryCount">How often this turn was begun again to finish its plan; 0 at first.</param>
    /// <param name="ct">Ends the calls.</param>
    /// <exception cref="ModuleException">On a retry: the task could not be fetched or saved.</exception>
    public async Task<string> ToMessageAsync(int retryCount = 0, CancellationToken ct = default)
    {
        if (IsContinuing(retryCount))
        {
            await ReloadPlanAsync(ct).ConfigureAwait(false);
            if (ContinuingMessage() is { } message)
            {
                return message;
            }

            if (AnswerQuestion())
            {
                await SaveAsync(withDeepPlanUpdate: true, ct).ConfigureAwait(false);
            }
        }

        return TaskMessage.Of(Input, await GetHumanReadableFilesAsync(ct).ConfigureAwait(false));
    }

    /// <inheritdoc cref="ToMessageAsync"/>
    public string ToMessage(int retryCount = 0, CancellationToken ct = default)
    {
        if (IsContinuing(retryCount))
        {
            ReloadPlan(ct);
            if (ContinuingMessage() is { } message)
            {
                return message;
            }

            if (AnswerQuestion())
            {
                Save(withDeepPlanUpdate: true, ct);
            }
        }

        return TaskMessage.Of(Input, GetHumanReadableFiles(ct));
    }

    private IReadOnlyList<ReadableFile> Unfetched() => [.. AttachedFiles.ReadableOf(AttachedUrls).Select(url => new ReadableFile(url, null))];

    private string? ContinuingMessage() => DeepPlanning.QuestionRaised ? null : TaskMessage.Continuing(Input, DeepPlanning);

    private bool AnswerQuestion()
    {
        var wasAsked = DeepPlanning.QuestionRaised;
        DeepPlanning = DeepPlanning with { QuestionRaised = false };
        return wasAsked;
    }
}
