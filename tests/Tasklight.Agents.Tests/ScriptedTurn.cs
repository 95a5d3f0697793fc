using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.Agents.Tests;

/// <summary>One answer of a <see cref="ScriptedChatClient"/>, piece by piece: <c>new ScriptedTurn().Text("Hel", "lo").Call("add", "{\"a\":1}")</c>.</summary>
public sealed class ScriptedTurn
{
    private readonly List<AIContent> _pieces = [];
    private UsageDetails _usage = new() { InputTokenCount = 10, OutputTokenCount = 5, CachedInputTokenCount = 0, TotalTokenCount = 15 };
    private Exception? _failure;
    private Func<CancellationToken, Task>? _before;
    private int _calls;

    /// <summary>The answer's text, a chunk each.</summary>
    public ScriptedTurn Text(params string[] chunks) => Add(chunks.Select(chunk => new TextContent(chunk)));

    /// <summary>What the model thinks, a chunk each.</summary>
    public ScriptedTurn Reasoning(params string[] chunks) => Add(chunks.Select(chunk => new TextReasoningContent(chunk)));

    /// <summary>A tool call; several in one turn are parallel. Arguments that are no JSON object come as such a call does from a real model.</summary>
    public ScriptedTurn Call(string tool, string arguments = "{}", string? id = null) =>
        Add([ToolArguments.Read(id ?? $"call_{Guid.NewGuid():N}_{_calls++}", tool, arguments)]);

    /// <summary>Any other content.</summary>
    public ScriptedTurn Content(AIContent content) => Add([content]);

    /// <summary>What the turn costs. Default 10 in, 5 out.</summary>
    public ScriptedTurn Usage(long input, long output, long cached = 0)
    {
        _usage = new() { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = cached, TotalTokenCount = input + output };
        return this;
    }

    /// <summary>Fails after the pieces given so far.</summary>
    public ScriptedTurn Fails(Exception failure)
    {
        _failure = failure;
        return this;
    }

    /// <summary>Waits before the first piece: for a signal, say, or until it is cancelled.</summary>
    public ScriptedTurn After(Func<CancellationToken, Task> signal)
    {
        _before = signal;
        return this;
    }

    internal async IAsyncEnumerable<ChatResponseUpdate> PlayAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        if (_before is not null)
            await _before(token);

        var id = "answer_" + Guid.NewGuid().ToString("N");
        foreach (var piece in _pieces)
        {
            token.ThrowIfCancellationRequested();
            yield return new(ChatRole.Assistant, [piece]) { MessageId = id, ResponseId = id, ModelId = "scripted" };
        }

        if (_failure is not null)
            throw _failure;

        var finish = _pieces.OfType<FunctionCallContent>().Any() ? ChatFinishReason.ToolCalls : ChatFinishReason.Stop;
        yield return new(ChatRole.Assistant, [new UsageContent(_usage)]) { MessageId = id, ResponseId = id, ModelId = "scripted", FinishReason = finish };
    }

    private ScriptedTurn Add(IEnumerable<AIContent> pieces)
    {
        _pieces.AddRange(pieces);
        return this;
    }
}
