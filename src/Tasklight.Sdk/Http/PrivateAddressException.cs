namespace Tasklight.Sdk.Http;

/// <summary>Nothing is fetched from there.</summary>
internal sealed class PrivateAddressException(string message) : Exception(message);
