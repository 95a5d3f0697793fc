namespace Tasklight.Server.Access;

/// <summary>The organization id that stood in front of a request's path. It must be the key's own.</summary>
sealed record PathOrganization(string Id);
