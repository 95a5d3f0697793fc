namespace Tasklight.Agents.Runtime;

/// <summary>What is wrong with an answer.</summary>
/// <param name="ForModel">What the model is told.</param>
/// <param name="ForUser">The task's result when the model does not mend it.</param>
internal sealed record OutputProblem(string ForModel, string ForUser);
