namespace Tasklight.Server.Api.OpenApi;

/// <summary>Endpoint metadata: the statuses of the route's own refusals. 401, 403, 500 and 503 need no mention.</summary>
sealed record FailureDoc(int[] Statuses);
