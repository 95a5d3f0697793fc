namespace Tasklight.Agents.Tools;

/// <summary>
/// A question for the user. It becomes the turn's answer: the plan's <c>question_raised</c> is set, the task is paused, and the user's next turn is
/// the answer that the model reads.
/// </summary>
/// <param name="Words">The question.</param>
public sealed record Question(string Words)
    : ToolOutcome(Text("The question was put to the user; the answer is the user's next message.").Result);
