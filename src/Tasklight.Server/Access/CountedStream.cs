namespace Tasklight.Server.Access;

/// <summary>Endpoint metadata: the answer stays open and counts against the key's streams.</summary>
sealed record CountedStream;
