using Tasklight.Bench;
using Tasklight.Bench.Limits;
using Tasklight.Bench.Load;
using Tasklight.Bench.Report;

if (args is ["kestrel", var url])
{
    await KestrelServer.RunAsync(url);
    return 0;
}

if (args is ["worker", var server, var key, var organization, var agent, var slots])
{
    await WorkerProgram.RunAsync(server, key, organization, agent, int.Parse(slots));
    return 0;
}

try
{
    var options = BenchOptions.Parse(args);
    Directory.CreateDirectory(options.Out);
    var recorder = new Recorder(Path.Combine(options.Out, $"{DateTime.UtcNow:yyyyMMdd-HHmmss}.jsonl"));
    await new Suite(options, recorder).RunAsync();
    new FigureTable(recorder.Figures).Write(Console.Out);
    return recorder.Figures.All(static f => f.Clean) ? 0 : 1;
}
catch (UsageException problem)
{
    await Console.Error.WriteLineAsync($"{problem.Message}\n{BenchOptions.Usage}");
    return 2;
}
