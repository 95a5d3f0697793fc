namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>One <see cref="AiMock"/> for all tests of a class, which follow each other; each begins with nothing but its own fixtures.</summary>
public sealed class SharedAiMock : IAsyncLifetime
{
    private AiMock? _mock;

    public async ValueTask InitializeAsync() => _mock = await AiMock.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_mock is not null)
            await _mock.DisposeAsync();
    }

    internal async Task<AiMock> WithAsync(params string[] fixtures)
    {
        await _mock!.ResetAsync();
        await _mock.AddAsync(fixtures);
        return _mock;
    }
}
