namespace Tasklight.Server.Storage;

/// <summary>The store cannot take writes now (disk full, shutting down); nothing of the command was written. 503 at the edge.</summary>
sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
