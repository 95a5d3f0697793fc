using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Tasklight.Agents.Models;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>
/// The double of OpenAI, Anthropic and others that CopilotKit wrote (@copilotkit/aimock), a process of its own on a free port. What it answers is told
/// as it has its fixtures: <c>{"match":{"userMessage":"hi"},"response":{"content":"hello"}}</c>. What nothing matches is refused (503).
/// </summary>
internal sealed class AiMock : IAsyncDisposable
{
    private const string Listening = "listening on ";

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpClient _control = null!;

    private AiMock(DirectoryInfo folder)
    {
        _folder = folder;
        var first = System.IO.Path.Combine(folder.FullName, "first.json");
        File.WriteAllText(first, """{"fixtures":[{"match":{"userMessage":"is aimock there"},"response":{"content":"yes"}}]}""");
        _process = new Process { StartInfo = NpmProgram.Start("@copilotkit/aimock/dist/cli.js", "-p", "0", "-f", first, "--chunk-size", "5", "--strict"), EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException("aimock ended: " + string.Join(" | ", _output)));
    }

    /// <summary>Without path; the OpenAI API is below <c>/v1</c>, as providers have it.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts one that answers with these fixtures.</summary>
    public static async Task<AiMock> StartAsync(params string[] fixtures)
    {
        var mock = new AiMock(Directory.CreateTempSubdirectory("tasklight-aimock-"));
        try
        {
            await mock.StartAndAddAsync(fixtures);
            return mock;
        }
        catch
        {
            await mock.DisposeAsync();
            throw;
        }
    }

    /// <summary>A model of it: <c>openai</c>, <c>anthropic</c>, or whoever else it doubles.</summary>
    public ModelChoice Choice(string provider = "openai", string name = "gpt-4o") => new(provider, name) { Address = Address, Key = "test-key" };

    /// <summary>Further fixtures; of several that match the first one wins.</summary>
    public Task AddAsync(params string[] fixtures) => PostAsync("fixtures", "{\"fixtures\":[" + string.Join(",", fixtures) + "]}");

    /// <summary>The next request fails once with this status; several queue up.</summary>
    public Task FailNextAsync(int status, string message = "injected") =>
        PostAsync("error", JsonSerializer.Serialize(new { status, body = new { message } }));

    /// <summary>Forgets fixtures, counters and journal.</summary>
    public Task ResetAsync() => PostAsync("reset", "{}");

    /// <summary>Every request so far with its answer, as aimock has it: path, headers, body, response.</summary>
    public async Task<IReadOnlyList<JsonElement>> JournalAsync() => (await _control.GetFromJsonAsync<List<JsonElement>>("__aimock/journal"))!;

    public async ValueTask DisposeAsync()
    {
        _control?.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);

        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task StartAndAddAsync(string[] fixtures)
    {
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = await _listening.Task.InTime();
        _control = new HttpClient { BaseAddress = Address };
        await AddAsync(fixtures);
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;

        _output.Enqueue(line);
        if (line.IndexOf(Listening, StringComparison.Ordinal) is var at and >= 0)
            _listening.TrySetResult(new Uri(line[(at + Listening.Length)..].Trim()));
    }

    private async Task PostAsync(string what, string body)
    {
        using var content = new StringContent(body);
        using var answer = await _control.PostAsync("__aimock/" + what, content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
