namespace Tasklight.Sdk;

/// <summary>A file attached to a task, by its link; nothing was fetched.</summary>
/// <param name="Url">The link.</param>
/// <param name="Name">The last part of the link's path; empty when it has none.</param>
/// <param name="MediaType">What the name's ending says: <c>application/pdf</c>, <c>image/png</c> …</param>
public sealed record TaskFile(string Url, string Name, string MediaType);
