namespace Tasklight.Server.Access;

/// <summary>Endpoint metadata: requests are not held to the key's rate. For what workers report: a result is never refused for coming too fast.</summary>
sealed record NeverRateLimited;
