using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Session;
using Tasklight.Protocol;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>Asks the model once: streams its text as chunks, tells its reasoning, and makes a step of its answer.</summary>
internal sealed class ModelTurn(IChatClient client, string model, TaskContext context, TimeProvider clock)
{
    // The client repeats what fails before its first word; an answer that breaks off in the middle is asked for again here.
    private const int Attempts = 3;

    // The providers' clients have a limit of their own; this one is for clients that others bring.
    private const int LongestAnswer = 8_000_000;

    private bool _toldText;

    /// <summary>The answer, not stored yet.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public async Task<ModelStep> AskAsync(IReadOnlyList<ChatMessage> messages, ChatOptions options, AgentSession session, CancellationToken ct)
    {
        _toldText = HasSpoken(session);
        for (var attempt = 1; ; attempt++)
        {
            var updates = new List<ChatResponseUpdate>();
            try
            {
                return await AskOnceAsync(messages, options, session, updates, ct).ConfigureAwait(false);
            }
            catch (ModelException exception) when (exception.Failure == ModelFailure.BrokenAnswer && updates.Count > 0 && attempt < Attempts)
            {
                // Asked again. What was told of the broken answer stays told: chunks are a preview, the result counts.
            }
        }
    }

    private async Task<ModelStep> AskOnceAsync(
        IReadOnlyList<ChatMessage> messages, ChatOptions options, AgentSession session, List<ChatResponseUpdate> updates, CancellationToken ct)
    {
        var length = 0L;
        var chunks = new ChunkCoalescer(TellAfterABreak(), clock);
        await chunks.DrainAsync(client.GetStreamingResponseAsync(messages, options, ct), update => update.Text, Take, ct).ConfigureAwait(false);
        var step = StepOf(updates.ToChatResponse(), session);
        await TellReasoningAsync(step).ConfigureAwait(false);
        return step;

        void Take(ChatResponseUpdate update)
        {
            updates.Add(update);
            length += update.Contents.Sum(LengthOf);
            if (length > LongestAnswer)
            {
                throw new ModelException(ModelFailure.AnswerTooLarge, $"The model's answer is longer than {LongestAnswer} characters and was not read further.");
            }
        }
    }

    // What the model says between its calls, and a broken answer's beginning, are paragraphs of their own for whoever puts the chunks together.
    private Func<string, ValueTask> TellAfterABreak()
    {
        var gap = _toldText ? "\n\n" : "";
        return chunk =>
        {
            (var text, gap, _toldText) = (gap + chunk, "", true);
            return context.ChunkAsync(text);
        };
    }

    private static bool HasSpoken(AgentSession session) =>
        session.Entries.Reverse().TakeWhile(entry => entry is not (SessionEntry.Turn { Step.Retry: 0 } or SessionEntry.Summary)).Any(entry => entry is SessionEntry.Model { Step.Text.Length: > 0 });

    private static long LengthOf(AIContent content) => content switch
    {
        TextContent text => text.Text.Length,
        TextReasoningContent reasoning => reasoning.Text.Length,
        _ => 0,
    };

    private ModelStep StepOf(ChatResponse response, AgentSession session)
    {
        var contents = response.Messages.SelectMany(message => message.Contents).ToList();
        return new ModelStep
        {
            Model = model,
            Text = string.Concat(contents.OfType<TextContent>().Select(content => content.Text)),
            Reasoning = [.. contents.OfType<TextReasoningContent>().Select(ReasoningPart.Of)],
            Calls = ToolCalls.Of(contents.OfType<FunctionCallContent>(), session),
            FinishReason = response.FinishReason?.Value,
            PromptTokens = Math.Max(0, response.Usage?.InputTokenCount ?? 0),
            CompletionTokens = Math.Max(0, response.Usage?.OutputTokenCount ?? 0),
            CachedTokens = Math.Clamp(response.Usage?.CachedInputTokenCount ?? 0, 0, Math.Max(0, response.Usage?.InputTokenCount ?? 0)),
        };
    }

    private async ValueTask TellReasoningAsync(ModelStep step)
    {
        var thought = string.Concat(step.Reasoning.Select(part => part.Text));
        if (thought.Length > 0)
        {
            var reasoning = new ReasoningStep { Title = "Reasoning", Confidence = 1, Thought = thought };
            await context.PushAsync(TaskEventTypes.Think, ToolTelling.Reasoning(Guid.NewGuid().ToString(), TaskEventTypes.Think, reasoning)).ConfigureAwait(false);
        }
    }
}
