namespace Tasklight.Server.Access;

/// <summary>The fetch guard refused an address. The message may be shown to whoever gave it.</summary>
sealed class FetchRefusedException(string message) : HttpRequestException(message);
