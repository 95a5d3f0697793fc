using System.Text.Json;

namespace Tasklight.Agents.Tests.Models;

/// <summary>What a <see cref="StubProvider"/> was asked.</summary>
internal sealed record StubRequest(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}
