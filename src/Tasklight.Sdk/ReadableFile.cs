namespace Tasklight.Sdk;

/// <summary>An attached file that people can read.</summary>
/// <param name="Url">Its link.</param>
/// <param name="Content">
/// Its text; <c>Error: …</c> when it could not be fetched; null when the task forbids it (<c>DisableAttachmentInjection</c>).
/// </param>
public sealed record ReadableFile(string Url, string? Content);
