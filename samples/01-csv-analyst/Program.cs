using CsvAnalyst;
using CsvAnalyst.Client;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

// A whole worker, the one of ./demo.sh: profiles attached CSV files of any size in bounded memory, with a plan, tool calls, progress and a
// result in JSON that keeps to a schema; and a program that asks it and shows what happens.
// Run: dotnet run --project samples/01-csv-analyst -- [agent | ask FILE…]
const string Usage = """
    csv-analyst            works: profiles the CSV files attached to the agent's tasks
    csv-analyst agent      creates the agent and prints its id
    csv-analyst ask FILE…  uploads the files, creates a task, shows its events and its result

    TASKLIGHT_BASE_URL, TASKLIGHT_API_KEY, TASKLIGHT_ORGANIZATION_ID and TASKLIGHT_AGENT_ID say where, who and for which agent.
    """;

try
{
    switch (args)
    {
        case []:
            using (var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan })
            {
                await AgentWorker.RunAsync(new Analyst(http).AnalyseAsync);
            }

            return 0;

        case ["agent"]:
            var agent = await new Agents().CreateAsync(new CreateAgentRequest { Name = "CSV analyst", Description = "Profiles CSV files." });
            Console.WriteLine(agent.Id);
            return 0;

        case ["ask", .. { Length: > 0 } files]:
            return await new Ask(new Configuration(), Console.Out, hasColours: !Console.IsOutputRedirected).RunAsync(files, CancellationToken.None) ? 0 : 1;

        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }
}
catch (Exception exception) when (exception is ModuleException or IOException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
