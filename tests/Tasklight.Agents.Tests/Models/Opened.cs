using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.Agents.Tests.Models;

/// <summary>Models opened for tests: no environment, waits of a millisecond.</summary>
internal static class Opened
{
    public static ModelLimits Quick { get; } = new() { FirstRetryAfter = TimeSpan.FromMilliseconds(1), LongestRetryAfter = TimeSpan.FromSeconds(2) };

    public static ModelSettings NoSettings { get; } = new(_ => null);

    public static ModelProviders Providers(ModelLimits? limits = null, TimeProvider? clock = null) => new(NoSettings, limits ?? Quick, clock);

    public static ModelChoice At(StubProvider stub, string provider = "openai", string name = "gpt-4o") => new(provider, name) { Address = stub.Address, Key = "secret-key" };

    public static ModelSettings Settings(params (string Name, string Value)[] values) =>
        new(name => values.FirstOrDefault(value => value.Name == name).Value);

    public static Task<ModelException> FailsAsync(Func<Task> ask) => Assert.ThrowsAsync<ModelException>(ask);

    public static Task<ChatResponse> AskAsync(this ModelProviders providers, ModelChoice choice, string prompt = "hi") => providers.Open(choice).GetResponseAsync(prompt);
}
