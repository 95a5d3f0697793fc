using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>One field of a <see cref="Model"/>.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Read">Takes the value as sent and returns it as the model keeps it, or throws <see cref="ModelException"/>.</param>
/// <param name="Default">Its value when the key is absent; null when the key is required.</param>
sealed record ModelField(string Name, Func<JsonNode?, JsonNode?> Read, Func<JsonNode?>? Default = null);
