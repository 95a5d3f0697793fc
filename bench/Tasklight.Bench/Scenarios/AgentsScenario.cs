using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tasklight.Bench.Load;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Models;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>Agents that the server runs itself, with a model that answers at once and a tool over HTTP.</summary>
sealed class AgentsScenario(Subject[] agents, ModelDouble model)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    /// <summary>An agent's definition that names the double.</summary>
    public static byte[] Definition(string name, ModelDouble model) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        name,
        model_provider = "double",
        model_name = "double",
        output_format = "text",
        instructions = new { general = "You look at things, one after the other, and say what you saw." },
        tools = new[]
        {
            new
            {
                id = "look",
                name = "look",
                description = "Looks at a thing.",
                method = "POST",
                path = "/look",
                url = model.Url + "/look/{task}",
                parameters = new
                {
                    type = "object",
                    required = new[] { "task", "number" },
                    properties = new { task = new { type = "string" }, number = new { type = "integer" } },
                },
            },
        },
    });

    /// <summary>
    /// Tasks one after the other: the overhead of a turn whose answer is a tool call (the answer stored, the call told and made, its result told
    /// and stored), and of a whole task with one answer.
    /// </summary>
    public async Task<Figure[]> RunOneAsync(string name, int tasks, int answers)
    {
        var (tally, latencies) = (new Tally(), new Latencies());
        model.Expect(1);
        var measurement = new Measurement(agents[0].Process);
        var time = await Callers.RunAsync(agents[0].Endpoint, 1, tasks, tally, (connection, _) => TaskAsync(connection, agents[0], answers, null, tally));
        var turns = measurement.Rate(name, (long)tasks * answers, time, tally, model.Overheads);
        await Callers.RunAsync(agents[0].Endpoint, 1, tasks, tally, (connection, _) => TaskAsync(connection, agents[0], 1, latencies, tally));
        return
        [
            turns with { Name = name + "-p50", Value = turns.P50 ?? double.NaN, Unit = "ms" },
            turns with { Name = name + "-cpu", Value = Math.Round((turns.ServerCpuMicrosPerOperation ?? double.NaN) / 1000, 4), Unit = "ms" },
            measurement.Value(name + "-task", latencies.Quantile(0.5), "ms", tally, latencies),
        ];
    }

    /// <summary>A task of each agent at the same time: all wait in their first turn until all are there. The memory with their workers connected, and the most that there ever was.</summary>
    public async Task<Figure[]> RunAllAsync(string name, int answers)
    {
        var tally = new Tally();
        model.Expect(agents.Length);
        var connected = ProcessUsage.Of(agents[0].Process).RssMegabytes;
        var measurement = new Measurement(agents[0].Process);
        var time = await Callers.RunAsync(agents[0].Endpoint, agents.Length, agents.Length, tally, (connection, i) => TaskAsync(connection, agents[i], answers, null, tally));
        var turns = measurement.Rate(name, (long)agents.Length * answers, time, tally, model.Overheads);
        return
        [
            turns,
            turns with { Name = name + "-p50", Value = turns.P50 ?? double.NaN, Unit = "ms" },
            measurement.Value(name + "-connected", connected, "MB", tally),
            measurement.Value(name + "-memory", ProcessUsage.PeakMegabytes(agents[0].Process), "MB", tally),
        ];
    }

    static async Task TaskAsync(HttpConnection connection, Subject agent, int answers, Latencies? latencies, Tally tally)
    {
        var start = Stopwatch.GetTimestamp();
        var task = await agent.CreateAsync(connection, Bodies.Prompted(ModelDouble.Prompt(answers)));
        using var stream = await EventStream.OpenAsync(agent.Endpoint, agent.Routes.Events(task));
        if (!await EndToEndScenario.UntilFinishedAsync(stream).WaitAsync(Longest)) Interlocked.Increment(ref tally.Lost);
        else if (stream.Data.IndexOf("\"result\":\"I have seen it.\""u8) < 0) throw new IOException($"A task ended with {Encoding.UTF8.GetString(stream.Data)}");
        else latencies?.Since(start);
    }
}
