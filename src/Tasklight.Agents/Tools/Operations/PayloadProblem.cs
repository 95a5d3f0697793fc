namespace Tasklight.Agents.Tools.Operations;

/// <summary>A value of a payload that cannot be sent.</summary>
/// <param name="Place">The part of the payload it is in, such as <c>path_params</c>.</param>
/// <param name="Name">Its name in there.</param>
/// <param name="Sentence">What is wrong with it, for the model or the caller.</param>
internal sealed record PayloadProblem(string Place, string Name, string Sentence);
