namespace Tasklight.Server.Api;

/// <summary>The body of <see cref="Answers.Ok"/>, for the OpenAPI document.</summary>
sealed record OkAnswer(bool Ok);
