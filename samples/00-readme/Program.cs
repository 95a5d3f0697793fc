using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Readme;

// The programs of the README, as they stand there: a worker, a client, a worker in a host.
// Run: dotnet run --project samples/00-readme -- worker | client | hosted
switch (args)
{
    case ["client"]:
        await Client.RunAsync();
        return 0;
    case ["worker", ..]:
        await Worker.RunAsync();
        return 0;
    case ["hosted", ..]:
        var host = Host.CreateApplicationBuilder();
        host.Logging.ClearProviders();
        HostedWorker.Add(host.Services);
        await host.Build().RunAsync();
        return Environment.ExitCode;
    default:
        await Console.Error.WriteLineAsync("The programs of the README: 'client', 'worker' or 'hosted'. TASKLIGHT_* variables say where, who and for which agent.");
        return 2;
}
