namespace Tasklight.Server.Hosting;

/// <summary>The price of a model's million tokens: read, written, and read from the provider's cache.</summary>
sealed record ModelPrice(decimal Input, decimal Output, decimal CachedInput);
